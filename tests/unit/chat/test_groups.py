"""Groups: who is in them, and who says so."""

from __future__ import annotations

import pytest
from chat.domain.conversing import MOST_MEMBERS, Wish
from chat.domain.errors import (
    ChangedMeanwhileError,
    ConversationFullError,
    NotAGroupError,
    NotAllowedError,
)
from chat.domain.model import Kind, Member, Role

from tests.fakes.chat_bench import GROUP, Bench
from tests.fakes.chat_ports import (
    ADA,
    BOB,
    EVE,
)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_only_the_owner_changes_a_group(bench: Bench) -> None:
    group_id = bench.begun(Wish(Kind.GROUP, (BOB.user_id,), "Us"))
    for attempt in (
        lambda: bench.groups.rename(BOB.user_id, group_id, "Mine"),
        lambda: bench.groups.add(BOB.user_id, group_id, [EVE.user_id]),
        lambda: bench.groups.remove(BOB.user_id, group_id, ADA.user_id),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    bench.groups.add(ADA.user_id, group_id, [EVE.user_id, BOB.user_id])
    members = [(person.name, member.role) for member, person in bench.groups.members(EVE.user_id, group_id)]
    assert members == [("ada", Role.OWNER), ("bob", Role.MEMBER), ("eve", Role.MEMBER)]
    assert bench.conversations.by_id[group_id].member_count == 3


def test_who_comes_and_goes_bears_the_id_of_the_request_that_wanted_it(bench: Bench) -> None:
    group_id = bench.begun(Wish(Kind.GROUP, (BOB.user_id,), "Us", "begun"))
    bench.groups.add(ADA.user_id, group_id, [EVE.user_id], "invited")
    members = {one.user_id: one.correlation_id for one in bench.conversations.members(group_id)}
    assert members == {ADA.user_id: "begun", BOB.user_id: "begun", EVE.user_id: "invited"}
    bench.groups.remove(ADA.user_id, group_id, EVE.user_id, "removed")
    assert bench.conversations.left == [(EVE.user_id, "removed")]


def test_new_member_has_read_what_was_said_before(bench: Bench) -> None:
    group_id = bench.begun(Wish(Kind.GROUP, (BOB.user_id,), "Us"))
    bench.say(group_id, "before")
    bench.groups.add(ADA.user_id, group_id, [EVE.user_id])
    assert bench.converse.read(EVE.user_id, group_id).unread == 0


def test_longest_standing_member_follows_the_owner(bench: Bench) -> None:
    group_id = bench.begun(Wish(Kind.GROUP, (EVE.user_id,), "Us"))
    bench.now.now += 1
    bench.groups.add(ADA.user_id, group_id, [BOB.user_id])
    bench.groups.remove(ADA.user_id, group_id, ADA.user_id)
    assert bench.converse.read(EVE.user_id, group_id).member.role is Role.OWNER
    for leaving in (BOB.user_id, EVE.user_id):
        bench.groups.remove(leaving, group_id, leaving)
    assert bench.conversations.by_id[group_id].member_count == 0


def test_pair_keeps_its_two_people(bench: Bench) -> None:
    pair_id = bench.begun()
    with pytest.raises(NotAGroupError):
        bench.groups.remove(ADA.user_id, pair_id, ADA.user_id)
    with pytest.raises((NotAGroupError, NotAllowedError)):
        bench.groups.add(ADA.user_id, pair_id, [EVE.user_id])


def test_group_is_full_at_some_point(bench: Bench) -> None:
    group_id = bench.begun(Wish(Kind.GROUP, (BOB.user_id,), "Us"))
    seen = bench.conversations.by_id[group_id]
    bench.conversations.join(seen, [Member(f"{n:032}", Role.MEMBER, 1) for n in range(MOST_MEMBERS - 2)])
    with pytest.raises(ConversationFullError):
        bench.groups.add(ADA.user_id, group_id, [EVE.user_id])


def test_group_that_changes_while_it_is_changed_is_tried_again(bench: Bench) -> None:
    group_id = bench.begun(GROUP)

    def somebody_else() -> None:
        bench.conversations.before_write = lambda: None
        bench.groups.remove(EVE.user_id, group_id, EVE.user_id)

    bench.conversations.before_write = somebody_else
    bench.groups.remove(ADA.user_id, group_id, BOB.user_id)
    assert [one.user_id for one in bench.conversations.members(group_id)] == [ADA.user_id]


def test_group_that_always_changes_is_given_up(bench: Bench) -> None:
    group_id = bench.begun(GROUP)
    bench.conversations.before_write = lambda: bench.conversations._counted(group_id, 0)
    with pytest.raises(ChangedMeanwhileError):
        bench.groups.remove(ADA.user_id, group_id, BOB.user_id)
