"""The Warmer, called by hand instead of every five minutes."""

from __future__ import annotations

import json

from tests.parity.assets_system import AssetsSystem


def test_warmer_reaches_every_function(assets: AssetsSystem) -> None:
    name = f"{assets.system.stack}-Warmer"
    answer = assets.system.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in answer
    functions = (f"{assets.system.stack}-{function}" for function in ("Users", "Assets", "UploadListener"))
    assert json.loads(answer["Payload"].read()) == dict.fromkeys(functions, "warm")
