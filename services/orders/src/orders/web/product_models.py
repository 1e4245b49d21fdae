"""Bodies of /products."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from orders.domain.catalogue import CatalogueEntry, Details, NewEntry
from orders.domain.importing import LineError
from orders.services.bulk_import import Report
from orders.web.shapes import Asked, ProductId, ShortText, Shown

Category = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Price = Annotated[int, Field(ge=0, le=100_000_000, description="minor units, e.g. cents")]
Stock = Annotated[int, Field(ge=0, le=1_000_000_000)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class NewProduct(Asked):
    """A product to put on sale, and one line of an import. `stock` counts only while the product is new."""

    product_id: ProductId
    name: ShortText
    category: Category
    price: Price
    description: Description = ""
    stock: Stock = 0

    def entry(self) -> NewEntry:
        return NewEntry(self.product_id, Details(self.name, self.category, self.price, self.description), self.stock)


class ProductChange(Asked):
    """What to change; what is left out stays. `version` refuses the change when somebody was faster."""

    name: ShortText | None = None
    category: Category | None = None
    price: Price | None = None
    description: Description | None = None
    version: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> ProductChange:
        if not self.model_fields_set - {"version"}:
            raise ValueError("name at least one of name, category, price, description")
        return self


class StockMove(Asked):
    """How many pieces came in, or, negative, went out."""

    difference: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class Product(Shown):
    """A product on sale. `stock` is what can still be ordered."""

    product_id: str
    name: str
    category: str
    price: int
    description: str
    stock: int
    in_stock: bool
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, entry: CatalogueEntry) -> Product:
        details = entry.details
        return cls(
            product_id=entry.product_id,
            name=details.name,
            category=details.category,
            price=details.price,
            description=details.description,
            stock=entry.stock,
            in_stock=entry.stock > 0,
            created_at=entry.created_at,
            updated_at=entry.updated_at,
            version=entry.version,
        )


class ProductList(Shown):
    """One page. Without `nextToken` it is the last; a page may be short and still not be the last."""

    products: list[Product]
    next_token: str | None = None


class ImportedLineError(Shown):
    """Why a line was not imported."""

    line: int
    field: str
    message: str

    @classmethod
    def of(cls, error: LineError) -> ImportedLineError:
        return cls(line=error.line, field=error.field, message=error.message)


class ImportReport(Shown):
    """What became of every line: added, updated, or listed in `errors`."""

    added: int
    updated: int
    failed: int
    errors: list[ImportedLineError]

    @classmethod
    def of(cls, report: Report) -> ImportReport:
        return cls(
            added=report.added,
            updated=report.updated,
            failed=len({error.line for error in report.errors}),
            errors=[ImportedLineError.of(error) for error in report.errors],
        )
