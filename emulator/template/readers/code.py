"""Finds the folder with the code of a function or layer; unpacks what the template carries as text or archive."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path
from typing import Any

from emulator.template.places import shown
from emulator.template.readers.reading import Reading, Resolved
from emulator.template.sam_artifacts import local_path
from emulator.template.section import Section

_CDK_ASSET = re.compile(r"([0-9a-f]{64})(?:\.zip)?")
_MAX_UNPACKED = 300 * 1024 * 1024


def code_folder(reading: Reading, logical_id: str, resource: Resolved, name: str) -> Path:
    """The folder that `name` (Code or Content) means; raises TemplateError when it is not on this machine."""
    section = resource.properties
    code = section.values.get(name)
    if isinstance(code, dict) and "ZipFile" in code:
        return _inline(reading, logical_id, section.sub(name))
    path = _asset(reading, resource, name) or local_path(code) or ("." if code is None else None)
    if path is None:
        raise section.unsupported(
            name,
            found=f"code that is in S3 ({_where(code)})",
            fix="Terrarium runs local code: point CodeUri at a folder beside the template.",
        )
    if "\0" in path:
        raise section.fault(name, found=repr(path)[:60], fix="No path holds a null character; correct CodeUri.")
    absolute = (reading.folder / path).resolve()
    if absolute.is_dir():
        return absolute
    if absolute.is_file() and zipfile.is_zipfile(absolute):
        return _unpacked(reading, section, name, absolute)
    raise section.fault(
        name,
        what="names a folder that does not exist" if not absolute.exists() else "is neither a folder nor a .zip",
        found=shown(absolute),
        fix="Paths start at the template's own folder; correct CodeUri.",
    )


def _where(code: Any) -> str:
    if isinstance(code, dict):
        return "/".join(str(code.get(part, "?")) for part in ("S3Bucket", "S3Key"))[:80]
    return repr(code)[:80]


def _asset(reading: Reading, resource: Resolved, name: str) -> str | None:
    """What `cdk synth` says about local code: Metadata aws:asset:path, else a folder named by the asset's hash."""
    path = resource.metadata.get("aws:asset:path")
    wanted = str(resource.metadata.get("aws:asset:property", name)).split(".")[0]
    if isinstance(path, str) and wanted == name:
        return path
    code = resource.properties.values.get(name)
    key = code.get("S3Key") if isinstance(code, dict) else None
    asset = _CDK_ASSET.fullmatch(key) if isinstance(key, str) else None
    if asset is None:
        return None
    candidates = (f"asset.{asset.group(1)}", f"asset.{asset.group(1)}.zip")
    return next((found for found in candidates if (reading.folder / found).exists()), None)


def _inline(reading: Reading, logical_id: str, code: Section) -> Path:
    """ZipFile is the text of a module that Lambda calls `index`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-function-code.html
    """
    folder = reading.names.context.state / "inline" / reading.names.stack / logical_id
    text = code.text("ZipFile").encode("utf-8", "surrogatepass")
    module = folder / "index.py"
    try:
        if not module.is_file() or module.read_bytes() != text:
            folder.mkdir(parents=True, exist_ok=True)
            module.write_bytes(text)
    except OSError as error:
        raise code.fault(
            "ZipFile", found=f"no way to write {module} ({error.strerror})", fix="Free the disk or the folder."
        ) from None
    return folder.resolve()


def _unpacked(reading: Reading, section: Section, name: str, archive: Path) -> Path:
    try:
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:32]
        folder = reading.names.context.state / "code" / digest
        done = folder / ".complete"
        if not done.is_file():
            with zipfile.ZipFile(archive) as content:
                if sum(entry.file_size for entry in content.infolist()) > _MAX_UNPACKED:
                    raise section.fault(
                        name, found="an archive that unpacks to over 300 MB", fix="Lambda takes 250 MB."
                    )
                content.extractall(folder)
            done.touch()
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise section.fault(
            name, found=f"{shown(archive)}, which cannot be unpacked ({error})"[:200], fix="Build it again."
        ) from None
    return folder.resolve()
