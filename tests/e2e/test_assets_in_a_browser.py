"""Uploading and downloading from a web page: CORS of API and bucket, forms and links as a browser uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.browser.devtools import Browser, Window
from tests.e2e.browser import Site, site
from tests.parity.running_system import running

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Visit:
    """Somebody at a window, the API, a page that may use it, and one that may not."""

    window: Window
    api: str
    allowed: Site
    stranger: Site


@pytest.fixture(scope="module")
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    with site() as allowed, site() as stranger:
        parameters = {"AllowedOrigins": allowed.origin}
        with running("assets", tmp_path_factory.mktemp("up"), parameters) as system:
            window = browser.person()
            yield Visit(window, system.url, allowed, stranger)
            window.close()


ANNOUNCE = """
  const api = API, text = "Grüße aus dem Browser\\n";
  const file = new File([text], "grüße.txt", {type: "text/plain"});
  const answer = await fetch(api + "/assets", {method: "POST", headers: {"content-type": "application/json"},
    body: JSON.stringify({fileName: file.name, contentType: file.type, size: file.size})});
  const asset = await answer.json();
  const upload = async (fields, body) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", body);
    return fetch(asset.upload.url, {method: "POST", body: form});
  };
"""
UPLOAD_AND_DOWNLOAD = """
  const uploaded = await upload(asset.upload.fields, file);
  let seen;
  for (const until = Date.now() + 30000; Date.now() < until;) {
    seen = await (await fetch(api + "/assets/" + asset.assetId)).json();
    if (seen.status === "uploaded") break;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const link = await (await fetch(api + "/assets/" + asset.assetId + "/download")).json();
  const downloaded = await fetch(link.url);
  return {announced: answer.status, uploaded: uploaded.status, etag: uploaded.headers.get("etag"), asset: seen,
          downloaded: downloaded.status, type: downloaded.headers.get("content-type"),
          same: await downloaded.text() === text};
"""
REFUSED_UPLOADS = """
  const larger = await upload(asset.upload.fields, new File([text, "and more"], file.name));
  const otherType = await upload({...asset.upload.fields, "Content-Type": "text/html"}, file);
  return [larger.status, (await larger.text()).includes("EntityTooLarge"), otherType.status];
"""


def script(visit: Visit, *parts: str) -> str:
    return "".join(parts).replace("API", json.dumps(visit.api))


def test_page_uploads_a_file_and_downloads_it_again(visit: Visit) -> None:
    found = visit.allowed.visit(visit.window, script(visit, ANNOUNCE, UPLOAD_AND_DOWNLOAD))
    assert "thrown" not in found, found
    assert (found["announced"], found["uploaded"], found["downloaded"]) == (201, 201, 200)
    assert (found["same"], found["type"]) == (True, "text/plain")
    assert found["asset"]["status"] == "uploaded"
    assert found["etag"].strip('"') == found["asset"]["etag"]


def test_page_reads_why_its_upload_was_refused(visit: Visit) -> None:
    assert visit.allowed.visit(visit.window, script(visit, ANNOUNCE, REFUSED_UPLOADS)) == [400, True, 403]


def test_page_of_somebody_else_cannot_use_the_api(visit: Visit) -> None:
    found = visit.stranger.visit(visit.window, script(visit, ANNOUNCE, "return asset;"))
    assert found == {"thrown": "TypeError: Failed to fetch"}
