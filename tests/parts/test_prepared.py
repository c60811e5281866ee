"""PostgreSQL plans a statement once, except behind a PgBouncer, which may hand out another connection each time."""

from collections.abc import Iterator

import pytest

from storage import db
from storage.people import Person
from tests import stage

KNOWN = "select count(*) from pg_prepared_statements where statement like %s"


@pytest.fixture(autouse=True)
def restored(postgres: str) -> Iterator[None]:
    before = db.real.obj
    yield
    db.real.initialize(before)


@pytest.mark.parametrize(("more", "prepared"), [("", True), ("&prepare_threshold=none", False)])
def test_what_is_said_often_is_prepared_once_unless_the_address_forbids_it(
    postgres: str, more: str, prepared: bool
) -> None:
    opened = db.connect(postgres + more)
    with db.connection():
        for n in range(8):
            assert Person.get_or_none(Person.id == n) is None
        known = opened.execute_sql(KNOWN, ['%FROM "person"%']).fetchone()[0]
        assert (known > 0) is prepared
    stage.close(opened)


@pytest.mark.parametrize(("port", "threshold"), [("", 3), (":5432", 3), (":6432", None)])
def test_a_pgbouncer_is_known_by_its_port(port: str, threshold: int | None) -> None:
    opened = db.connect(f"postgresql://somebody@elsewhere{port}/noyau")
    assert opened.connect_params["prepare_threshold"] == threshold
