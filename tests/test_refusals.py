"""What Koban refuses to do (design, part 2), held in the schema, in the code and in every export.

A walk that finds something new is meant to stop you: either the thing goes, or it is listed here with the reason
why it is not what the refusal means.
"""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import BinaryField, ForeignKey
from django.test import Client
from django.utils import timezone

from koban.kernel.access.models import Account, Post
from koban.kernel.access.testing import make_account, sign_in
from koban.kernel.access.who import who_of
from koban.kernel.stations.models import Station
from tests import walks

REGISTER = {f"residents.{table}" for table in (
    "Person", "PersonFile", "NameToken", "Household", "Residence", "Consent", "ContactPerson", "Merge", "Seal", "Delay", "Look",
    "OwnKey", "LookAlarm",
)}  # fmt: skip
PERSONS = {"access.Account", "access.Post", "matters.Party", *REGISTER}
PERSON_WORDS = {
    "person",
    "people",
    "party",
    "resident",
    "account",
    "reporter",
    "suspect",
    "offender",
    "citizen",
}


def found_in(names, banned):
    return sorted(name for name in names if walks.words(name) & banned)


def column_names():
    return [column.name for column in walks.columns()]


def test_the_walks_walk():
    """Each finds what is surely there; a walk over nothing would refuse nothing."""
    assert "matters.Party.name" in column_names()
    assert any(name.endswith("UnlockForm.password") for name, _label in walks.questions())
    assert "kernel/access/roles.py" in {source.name for source in walks.sources()}
    assert any(path.startswith("packs/") for path, _key in walks.keys_of_data())
    assert {"django", "cryptography"} <= walks.requirements()
    assert any(path.endswith("koban.js") for path in walks.scripts())


# 1. No score, rank or prediction about a person.

SCORES = {"score", "scores", "rank", "ranking", "rating", "risk", "prediction", "predicted", "likelihood", "recidivism",
          "dangerousness", "credibility", "suspicion", "trustworthiness", "reputation"}  # fmt: skip


def test_no_column_of_a_person_holds_a_score():
    of_persons = [
        c.name for c in walks.columns() if c.model._meta.label in PERSONS or _points_at_a_person(c.model)
    ]
    assert of_persons
    assert found_in(of_persons, SCORES) == []


def _points_at_a_person(model):
    targets = [f.related_model._meta.label for f in model._meta.local_fields if isinstance(f, ForeignKey)]
    return bool(({"matters.Party"} | REGISTER) & set(targets))


def test_no_function_scores_ranks_or_predicts_a_person():
    verbs = SCORES | {"rate", "predict", "grade"}
    found = [
        f"{source.name}:{function.name}"
        for source in walks.sources()
        for function in source.functions()
        if walks.words(function.name) & verbs
        and PERSON_WORDS
        & {w for arg in [*function.args.args, *function.args.kwonlyargs] for w in walks.words(arg.arg)}
    ]
    assert found == []


# 2. No recognition of faces, gait, voices or number plates; no intake from social media or phone location.

RECOGNITION = {"face-recognition", "dlib", "insightface", "deepface", "retina-face", "mediapipe", "opencv-python",
               "opencv-python-headless", "facenet-pytorch", "openalpr", "hyperlpr", "hyperlpr3", "paddleocr", "easyocr",
               "speechbrain", "resemblyzer", "pyannote-audio", "tensorflow", "torch", "onnxruntime"}  # fmt: skip
SOCIAL = {
    "tweepy",
    "praw",
    "facebook-sdk",
    "instaloader",
    "snscrape",
    "weibo",
    "telethon",
    "python-telegram-bot",
    "itchat",
}


def test_nothing_that_recognises_people_or_reads_social_media_is_installed():
    assert walks.requirements() & (RECOGNITION | SOCIAL) == set()


def test_nothing_is_named_for_recognition():
    banned = {"biometric", "biometrics", "gait", "voiceprint", "faceprint", "alpr", "anpr", "facial"}
    names = [f"{source.name}:{name}" for source in walks.sources() for name in source.names()]
    assert found_in(names + column_names(), banned) == []


# Which scripts ask a telephone where it stands: for a picture or a form about a place, on a press, at the desk alone.
ASKS_WHERE = {
    "duties/hazards/static/hazards/camera.js": "the second photograph of a hazard is from the same spot as the first",
    "desk/static/koban/field/js/photo.js": "a photograph of a place, and an emergency call, of whoever presses for it",
    "matters/forms/static/xforms/forms.js": "where a thing stands that a form asks for, by its button",
}
AT_THE_DESK = 'extends "koban/desk.html"'  # every other template can be a page for the public


def test_a_device_is_asked_where_it_is_by_known_scripts_only():
    asking = {path for path, text in walks.scripts().items() if "geolocation" in text}
    assert asking == ASKS_WHERE.keys()


def test_no_public_page_asks_a_device_where_it_is():
    """Not even on a click: a report says where its matter is, never where its reporter stands."""
    pages = {path: text for path, text in walks.scripts().items() if path.endswith(".html")}
    public = [path for path, text in pages.items() if AT_THE_DESK not in text]
    assert len(public) > 100
    names = [path.rsplit("/", 1)[-1] for path in ASKS_WHERE]
    assert [path for path in public for name in names if f"/{name}" in pages[path]] == []


# 3. No field for ethnic group, religion, politics, health or orientation.

SENSITIVE = {"ethnic", "ethnicity", "ethnos", "nationality", "race", "minzu", "religion", "religious", "faith", "zongjiao",
             "politics", "political", "party_member", "zhengzhi", "health", "diagnosis", "disease", "illness", "disability",
             "hiv", "pregnant", "sexual", "orientation", "lgbt", "caste"}  # fmt: skip
NOT_MEANT = {
    "duties/incidents/types.toml:mental_health": "a help line that one is told about, not a trait of anybody",
}
SENSITIVE_LABELS = re.compile("民族|宗教|信仰|政治面貌|党派|健康状况|病史|疾病|性取向|残疾")


def test_no_column_question_or_key_asks_for_what_must_not_be_known():
    names = column_names() + [name for name, _label in walks.questions()]
    names += [f"{path}:{key}" for path, key in walks.keys_of_data() if "data" not in path]
    assert set(found_in(names, SENSITIVE)) - NOT_MEANT.keys() == set()


def test_no_question_asks_it_in_words_either():
    asked = [label for _name, label in walks.questions()]
    assert [
        label for label in asked if SENSITIVE_LABELS.search(label) or walks.words(label) & SENSITIVE
    ] == []


# 4. No open-ended "watch" mark on a person: only a lawful measure with clause, issuer, start and end.

WATCH = {"watch", "watched", "watchlist", "blacklist", "blacklisted", "wanted", "flagged", "surveillance", "surveilled",
         "suspect", "targeted", "keyperson"}  # fmt: skip


def test_nobody_is_marked_for_watching():
    of_rows = [name for name in column_names() if not name.startswith(("jobs.", "stations."))]
    assert found_in(of_rows, WATCH) == []


def test_a_measure_about_a_person_has_clause_issuer_start_and_end():
    for column in walks.columns():
        if "measure" not in walks.words(column.model.__name__):
            continue
        by_name = {field.name: field for field in column.model._meta.local_fields}
        assert {"clause", "issuer", "from_on", "to_on"} <= by_name.keys(), column.model
        assert not by_name["to_on"].null, f"{column.model} may be open-ended"


# 5. No bulk export of persons; no look without an open matter that the reader holds; every look is in the ledger.

# Who opens a sealed value, and on what ground.
OPENERS = {
    "matters/looks.py": "the one door: role, open matter, holding, and the page first",
    "matters/unit_looks.py": "who answers for a unit, to whoever holds the open matter at its door, the page first",
    "registers/residents/glass.py": "behind that door, and to the person: the page and a row for each person first",
    "registers/residents/linking.py": "the few whom a row of a table may be, to compare them, the page first; nobody reads it",
    "registers/residents/filing.py": "name or birth date, to hash both anew where the other is corrected; nobody reads it",
    "duties/datarights/actions.py": "what a resident asks, to whoever holds the request, the page first; and to do it",
    "duties/oversight/actions.py": "a complaint's words, to the inspector who holds it, the page first",
    "matters/documents/versions.py": "the text of a paper, to its writer, its approver or who holds the matter, the page first",
    "matters/documents/tokens.py": "a signed code, to print its paper again: what it discloses is already on that paper",
    "kernel/stations/vault.py": "the lock itself",
    "kernel/access/adapter.py": "secrets of the second step, of the account that signs in",
    "kernel/files/models.py": "a file's name, to whoever may open the file",
    "kernel/files/store.py": "a file's bytes, to whoever may open the file",
    "kernel/notices/models.py": "where a message goes, by the sender's own job",
    "duties/permits/telling.py": "where a message about an application goes: sealed again at once in its notice; nobody reads it",
    "registers/residents/telling.py": "where a reminder goes: sealed again at once in its notice; nobody reads it",
    "registers/rentals/own.py": "a landlord's own list, as they wrote it, while the letting runs; the page first",
    "duties/mediation/protecting.py": "words about a protection step, to whoever holds the open matter, the page first",
    "duties/mediation/telling.py": "where a reminder goes: sealed again at once in its notice; nobody reads it",
    "matters/forms/models.py": "what a telephone sent, to the duty that takes it; a reader holds its matter, the page first",
    "duties/hazards/ordering.py": "where an order goes: sealed again at once in its notice; nobody reads it",
    "duties/hazards/tasks.py": "where a reminder goes: sealed again at once in its notice; nobody reads it",
    "duties/inspections/models/open.py": "the seed of a draw, which is published: no personal value",
    "duties/archive/shelf.py": "a file of the reading room, the page first; and the key of a package, by the archive's job",
    "duties/archive/telling.py": "names for the copy that goes to the next archive, by two people; nobody reads it here",
    "desk/field/models.py": "what a phone said, to the duty that takes it and to who sent it",
    "desk/field/spool.py": "pieces of a photograph, to put them together",
    "kernel/access/devices.py": "the key of a telephone, when it signs in",
    "duties/incidents/telling.py": "where an answer goes: sealed again at once in its notice, which is a page; nobody reads it",
}


def test_personal_values_are_sealed_in_their_columns():
    names = {"name", "phone", "email", "birth_on", "sex", "id_kind", "id_number", "origin", "address_text"}
    open_columns = [
        c.name
        for c in walks.columns()
        if c.model._meta.label in {"matters.Party"} | REGISTER
        and c.field.name in names
        and not isinstance(c.field, BinaryField)
    ]
    assert open_columns == []


def test_every_table_of_the_register_of_residents_is_covered_by_these_tests():
    ours = {c.model._meta.label for c in walks.columns() if c.model._meta.app_label == "residents"}
    assert ours == REGISTER


def test_sealed_values_are_opened_at_known_places_only():
    calls = {
        s.name for s in walks.sources() if re.search(r"\bunseal\w*\(", s.path.read_text(encoding="utf-8"))
    }
    assert calls - {"lib/sealing.py"} == OPENERS.keys()


def test_nothing_that_writes_tables_can_open_a_person():
    writers = {"csv", "xlsxwriter"}
    closed = (
        "koban.matters.looks",
        "koban.kernel.stations.vault",
        "koban.registers.residents",
        "koban.lib.sealing",
    )
    found = [
        s.name
        for s in walks.sources()
        if s.imports() & writers and any(i.startswith(closed) for i in s.imports())
    ]
    assert found == []


# 6. No targets for arrests, fines or cases.

TARGETS = {"quota", "quotas", "kpi", "target", "targets", "league"}
ENFORCEMENT = {
    "arrest",
    "arrests",
    "fine",
    "fines",
    "fined",
    "penalty",
    "penalties",
    "detention",
    "detentions",
    "conviction",
}


def test_nothing_counts_or_wants_arrests_and_fines():
    names = column_names() + [
        f"{path}:{key}" for path, key in walks.keys_of_data() if path.startswith("packs/") is False
    ]
    assert found_in(names, ENFORCEMENT) == []
    assert found_in(column_names(), TARGETS - {"target"}) == []
    links = {"matters.Link.target"}  # the other end of a link, not an aim
    assert {name for name in column_names() if "target" in walks.words(name)} <= links


# 7. An officer's position is used during the shift and is gone after it. Residents are never located.

PLACES = {
    "stations.Station": "where the office stands",
    "premises.Building": "a building",
    "premises.Address": "a door",
    "premises.Asset": "a lamp, gate or hydrant",
    "xforms.Submission": "what a form says of where its thing stands; its post is who filled it in",
    "matters.Matter": "where the work is; its holder is who answers for it, not who stands there",
}


def test_positions_belong_to_places_and_never_to_people():
    located = {
        c.model._meta.label for c in walks.columns() if c.field.name in {"lon", "lat", "cell", "position"}
    }
    assert located & PERSONS == set()
    of_people = {
        label
        for label in located - PLACES.keys()
        for c in walks.columns()
        if c.model._meta.label == label
        and isinstance(c.field, ForeignKey)
        and (c.field.related_model in (Account, Post) or c.field.related_model._meta.label in PERSONS)
    }
    assert of_people == set(), "a position of a person needs an end with the shift, and a test of it here"


# 8. A complaint about the police cannot be seen by the person complained about nor by their station.


@pytest.fixture
def line(db):
    """Oversight hangs under each level of the line once, and reads over none of it."""
    parent, found = None, []
    for code, kind in [
        ("prov", "province"),
        ("city", "city"),
        ("county", "county"),
        ("stat", "station"),
        ("offi", "office"),
    ]:
        path = f"{parent.path if parent else ''}{code}/"
        here = Station.objects.create(code=code, name=code, kind=kind, parent=parent, path=path)
        beside = f"over-{code}"
        Station.objects.create(
            code=beside, name=beside, kind="oversight", parent=here, path=f"{path}{beside}/"
        )
        found.append(here)
        parent = here
    return found


@pytest.mark.parametrize(
    "role", ["auxiliary", "officer", "chief", "bureau", "archivist", "administrator", "security", "auditor"]
)
def test_no_post_of_the_line_reads_rows_of_oversight(line, role):
    apart = set(Station.objects.filter(kind="oversight").values_list("pk", flat=True))
    assert len(apart) == len(line)
    for place in line:
        account = make_account(f"{role}-{place.code}", role=role, station=place, password="")
        assert apart.isdisjoint(_reads(account))


def _reads(account):
    client = Client()
    sign_in(client, account)
    who = who_of(SessionStore(client.cookies["koban_session"].value), timezone.now())
    return {who.station.pk, *who.also}
