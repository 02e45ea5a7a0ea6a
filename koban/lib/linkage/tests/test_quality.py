"""How well records are linked: F1 on public sets, never below what was measured of the reference."""

import pytest

from koban.lib.linkage import Index, cluster, link
from koban.lib.linkage.tests import sets
from koban.town.doubles import copies, residents


@pytest.mark.parametrize(
    "name, floor, reference",
    [
        ("febrl2", 0.999, 0.998),
        ("febrl3", 0.999, 0.997),
        ("fake_1000", 0.935, 0.891),
        ("cn_6000", 0.998, 0.987),
    ],
)
def test_pairs_inside_one_file_are_found_better_than_by_the_reference(name, floor, reference):
    records, entities = sets.read(name)
    found = sets.agreement(link(records), entities)
    assert found.f1 >= floor > reference, found


def test_pairs_across_two_files_are_found_better_than_by_the_reference():
    (left, of_left), (right, of_right) = sets.read("febrl4a"), sets.read("febrl4b")
    found = sets.agreement(link(left, right), of_left, of_right)
    assert found.f1 >= 0.999, found


@pytest.mark.parametrize("name, floor, reference", [("fake_1000", 0.98, 0.941), ("cn_6000", 0.999, 0.988)])
def test_all_records_of_one_person_come_together(name, floor, reference):
    records, entities = sets.read(name)
    found = sets.closed(cluster(records), entities)
    assert found.f1 >= floor > reference, found


def test_a_file_full_of_slips_is_linked_to_a_register_of_families_and_twins():
    people = [*residents(12_000, seed=5)]
    index = Index()
    index.add(one.record() for one in people)
    rows = [*copies(people[::6], seed=5)]
    entities = {record.key: record.key[1:] for record in rows}
    register = {f"r{one.number}": str(one.number) for one in people}
    found = sets.agreement(index.link(rows), entities, register)
    assert found.f1 >= 0.996, found
