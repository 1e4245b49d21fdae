"""/products for everybody, and for staff; the import and stock also for integrations."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, StringConstraints

from orders.domain.catalogue import Lookup
from orders.domain.idempotency import Request
from orders.domain.paging import PageTokens
from orders.domain.searching import Search, Sort, words
from orders.services.bulk_import import ImportProducts
from orders.services.catalogue import Changes, ManageCatalogue
from orders.web import import_body
from orders.web.caller import caller, post
from orders.web.product_models import (
    Category,
    ImportReport,
    NewProduct,
    Price,
    Product,
    ProductChange,
    ProductList,
    StockMove,
)
from orders.web.shapes import Asked, Limit, NextToken, ProductId

_ProductId = Annotated[ProductId, Path()]
IMPORT_CHARACTERS = 1_500_000
IMPORTS = ("/products/import", "/integrations/products/import")


class ProductQuery(Asked):
    """What to look for: all that is given must hold. Prices in minor units."""

    q: Annotated[str, StringConstraints(max_length=200)] = ""
    category: Category | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    in_stock: bool = False
    sort: Annotated[Sort, Field(description="a minus means descending")] = Sort.NEWEST
    limit: Limit = 20
    next_token: NextToken | None = None

    def search(self) -> Search:
        return Search(words(self.q), self.category, self.min_price, self.max_price, self.in_stock, self.sort)


class ProductRoutes:
    """Who may call which of these is in access.py."""

    def __init__(self, catalogue: ManageCatalogue, imports: ImportProducts, tokens: PageTokens) -> None:
        self._catalogue, self._imports, self._tokens = catalogue, imports, tokens
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router = self._router
        router.get("/products", summary="Search the catalogue")(self.search)
        router.get("/products/<product_id>", summary="Read a product")(self.read)
        router.post("/products", summary="Put a product on sale")(self.add)
        router.put("/products/<product_id>", summary="Change a product")(self.change)
        router.delete("/products/<product_id>", summary="Take a product off sale")(self.withdraw)
        router.post("/products/<product_id>/stock", summary="Count stock in or out")(self.move_stock)
        router.post("/integrations/products/<product_id>/stock", summary="Count stock in or out")(self.move_stock)
        for path in IMPORTS:
            router.post(path, summary="Import products as CSV or JSON lines")(self.bulk)
        return router

    def search(self, query: Annotated[ProductQuery, Query()]) -> ProductList:
        search = query.search()
        listed = f"products\n{search.fingerprint()}"
        lookup = Lookup(search, query.limit, self._tokens.position(listed, query.next_token))
        page = self._catalogue.search(lookup)
        return ProductList(
            products=[Product.of(entry) for entry in page.entries],
            next_token=self._tokens.sign(listed, page.position),
        )

    def read(self, product_id: _ProductId) -> Product:
        return Product.of(self._catalogue.read(product_id))

    def add(self, product: Annotated[NewProduct, Body()]) -> tuple[Product, int]:
        return Product.of(self._catalogue.add(product.entry(), self._post("product", product))), 201

    def change(self, product_id: _ProductId, change: Annotated[ProductChange, Body()]) -> Product:
        changes = Changes(change.name, change.category, change.price, change.description, change.version)
        return Product.of(self._catalogue.change(product_id, changes))

    def withdraw(self, product_id: _ProductId) -> tuple[None, int]:
        self._catalogue.withdraw(product_id)
        return None, 204

    def move_stock(self, product_id: _ProductId, move: Annotated[StockMove, Body()]) -> Product:
        request = self._post(f"stock {product_id}", move)
        return Product.of(self._catalogue.move_stock(product_id, move.difference, request))

    def bulk(self) -> ImportReport:
        good, bad = import_body.read(self._router.current_event)
        report = self._imports(good, bad)
        self._catalogue.forget()
        return ImportReport.of(report)

    def _post(self, kind: str, body: Asked) -> Request:
        event = self._router.current_event.raw_event
        return post(event, kind, caller(event).caller_id, body.model_dump(mode="json"))
