"""/assets, /assets/{assetId} and /assets/{assetId}/download."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from assets.domain.managing_assets import ManageAssets, NewAsset
from assets.domain.model import Status
from assets.web.described import BODY_ERRORS, answers
from assets.web.models import AnnouncedView, AssetList, AssetView, CreateAsset, DownloadView
from assets.web.paging import DEFAULT_LIMIT, Limit, NextToken, one_page
from assets.web.request import correlation_id, idempotency_key

router = APIGatewayHttpRouter()
_JSON = "application/json"
_NO_STORE = {"cache-control": "no-store"}


@router.post(
    "/assets",
    summary="Announce a file and get a form to upload it with",
    tags=["Assets"],
    responses=answers(201, AnnouncedView, *BODY_ERRORS),
)
def announce_asset(
    wanted: CreateAsset,
    _key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)] = None,
) -> Response[AnnouncedView]:
    event = router.current_event.raw_event
    wish = NewAsset(wanted.file_name, wanted.content_type, wanted.size)
    announced = _assets().announce(wish, idempotency_key(event), correlation_id(event))
    headers = {**_NO_STORE, "location": f"/assets/{announced.asset.asset_id}"}
    return Response(201, _JSON, AnnouncedView.of_announced(announced), headers=headers)


@router.get("/assets", summary="List assets, newest first", tags=["Assets"], responses=answers(200, AssetList, 400))
def list_assets(
    limit: Limit = DEFAULT_LIMIT,
    next_token: NextToken = None,
    status: Annotated[Status | None, Query(description="Without it: all that are not deleted")] = None,
) -> Response[dict[str, Any]]:
    found, token = _assets().newest(limit, next_token, status)
    listed = AssetList(assets=[AssetView.of(asset) for asset in found], next_token=token)
    return Response(200, _JSON, one_page(listed), headers=_NO_STORE)


@router.get("/assets/<assetId>", summary="Read an asset", tags=["Assets"], responses=answers(200, AssetView, 404, 410))
def read_asset(assetId: str) -> Response[AssetView]:  # noqa: N803 - the name in the template's path
    return Response(200, _JSON, AssetView.of(_assets().read(assetId)), headers=_NO_STORE)


@router.get(
    "/assets/<assetId>/download",
    summary="Get a link to download the file with",
    tags=["Assets"],
    responses=answers(200, DownloadView, 404, 409, 410),
)
def download_asset(assetId: str) -> Response[DownloadView]:  # noqa: N803
    return Response(200, _JSON, DownloadView.of(_assets().download(assetId)), headers=_NO_STORE)


@router.delete("/assets/<assetId>", summary="Delete an asset", tags=["Assets"], responses=answers(204, None, 404))
def delete_asset(assetId: str) -> Response[None]:  # noqa: N803
    _assets().delete(assetId)
    return Response(204)


def _assets() -> ManageAssets:
    found: ManageAssets = router.context["assets"]
    return found
