"""The house itself: its locks, its command, its tools, its backup."""

import hashlib
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import click
import polib
import pytest
from click.testing import CliRunner
from django.utils import translation
from django.utils.translation import gettext

from koban.cli import COMMANDS, koban
from koban.desk.pages.sentences import sentence
from koban.kernel.jobs import clock
from koban.lib import periodic
from tests.support import verbs
from tests.support.office import Office
from tools import pages, sizes, translations

ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LOCKS = ("requirements/run.txt", "requirements/dev.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_version_and_a_hash(lock):
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    pinned = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(pinned) > 40
    assert [
        line for line in pinned if not re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:", line)
    ] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_folder_of_a_machine(lock):
    assert not re.search(r"https?://|file:|(^|\s)/\w+", (ROOT / lock).read_text())


def test_what_tests_install_holds_what_the_office_runs_on():
    run, dev = (set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.M)) for lock in LOCKS)
    assert run <= dev


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    told = CliRunner().invoke(koban, [name, "--help"], prog_name="koban")
    assert told.exit_code == 0, told.exception
    assert told.output.startswith(f"Usage: koban {name}")
    assert len(told.output.splitlines()) > 4


def _told_in(*papers):
    for paper in papers:
        text = (ROOT / paper).read_text().replace("\\\n", " ")
        yield from re.findall(r"^(?:\.venv/bin/)?koban (.+)$", text, re.M)
        yield from (line for line in re.findall(r"`koban ([^`]+)`", text) if not line.startswith("-"))


@pytest.mark.parametrize("line", sorted(set(_told_in("docs/running.md", "docs/town.md", "README.md"))))
def test_every_command_that_a_paper_tells_of_is_one(line):
    words = shlex.split(line, comments=True)
    context = koban.make_context("koban", words, resilient_parsing=True)
    while isinstance(context.command, click.Group) and context.args + context._protected_args:
        name, command, rest = context.command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        context = command.make_context(name, rest, parent=context, resilient_parsing=True)


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["--version"], 0, "koban"),
        (["fly"], 2, "No such command 'fly'"),
        (["backup"], 2, "Missing argument 'FILE'"),
        (["serve", "--port", "0"], 2, "0 is not in the range"),
    ],
)
def test_exit_codes(arguments, code, words):
    done = subprocess.run(
        [sys.executable, "-m", "koban", *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert done.returncode == code
    assert words in done.stdout + done.stderr


@pytest.fixture
def small_app(tmp_path):
    app = tmp_path / "lost"
    (app / "templates").mkdir(parents=True)
    (app / "views.py").write_text(
        'from x import _, ngettext, pgettext\n\n_("Lost")\npgettext("verb", "Found")\n'
    )
    (app / "templates" / "a.html").write_text(
        "{% load i18n %}\n  <p>{% translate 'Come in' %}</p>\n"
        "{% blocktranslate trimmed with n=name %}\n   Hello\n {{ n }}{% endblocktranslate %}\n"
        "{% blocktranslate count k=k %}{{ k }} umbrella{% plural %}{{ k }} umbrellas{% endblocktranslate %}\n"
    )
    return app


WORDS = {
    ("", "Lost"): "丢失",
    ("verb", "Found"): "捡到",
    ("", "Come in"): "请进",
    ("", "Hello %(n)s"): "您好，%(n)s",
    ("", "%(k)s umbrella"): "%(k)s 把伞",
}


def translated(app, words=WORDS):
    translations.extract([app], [app])
    path = translations.po_path(app, "zh_Hans")
    po = polib.pofile(str(path))
    for entry in po:
        said = words.get((entry.msgctxt or "", entry.msgid), "")
        if entry.msgid_plural:
            entry.msgstr_plural = {0: said}
        else:
            entry.msgstr = said
    po.save()
    return path


def test_words_are_found_in_code_and_in_templates(small_app):
    assert set(translations.messages(small_app, [small_app])) == set(WORDS)


def test_a_translated_app_is_complete(small_app):
    translated(small_app)
    assert translations.check([small_app], [small_app]) == []


def test_collecting_again_keeps_every_translation_and_drops_what_is_no_longer_said(small_app):
    path = translated(small_app)
    (small_app / "views.py").write_text('_("Lost")\n')
    translations.extract([small_app], [small_app])
    kept = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if not entry.msgid_plural}
    assert kept == {"Lost": "丢失", "Come in": "请进", "Hello %(n)s": "您好，%(n)s"}


@pytest.mark.parametrize(
    "change, fault",
    [
        ({("", "Lost"): ""}, "views.py:3: no zh_Hans for 'Lost'"),
        ({("", "Hello %(n)s"): "您好"}, "does not have the same places in it"),
        ({("", "Come in"): ""}, "a.html:2: no zh_Hans for 'Come in'"),
    ],
)
def test_what_is_not_translated_is_named_with_its_place(small_app, change, fault):
    translated(small_app, WORDS | change)
    found = translations.check([small_app], [small_app])
    assert len(found) == 1
    assert fault in found[0]


def test_a_doubtful_and_an_unused_translation_are_named(small_app):
    path = translated(small_app)
    po = polib.pofile(str(path))
    po.find("Lost").flags.append("fuzzy")
    po.append(polib.POEntry(msgid="Gone", msgstr="没了"))
    po.save()
    found = translations.check([small_app], [small_app])
    assert [fault for fault in found if "doubtful" in fault and "Lost" in fault]
    assert [fault for fault in found if "unused" in fault and "Gone" in fault]


def test_one_word_may_not_be_translated_in_two_ways(small_app, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "views.py").write_text('_("Lost")\n')
    translated(small_app)
    translated(other, {("", "Lost"): "遗失"})
    assert any(
        "'遗失' here and '丢失'" in fault
        for fault in translations.check([small_app, other], [small_app, other])
    )


def test_compiled_words_can_be_looked_up(small_app):
    path = translated(small_app)
    assert translations.compile_all([small_app]) == 1
    assert polib.mofile(str(path.with_suffix(".mo"))).find("Lost").msgstr == "丢失"


@pytest.mark.parametrize(
    "path, lines, fault",
    [
        ("koban/a.py", 300, False),
        ("koban/a.py", 301, True),
        ("koban/tests/test_a.py", 500, False),
        ("koban/tests/test_a.py", 501, True),
        ("koban/desk/templates/a.html", 121, True),
        ("koban/desk/migrations/0001_first.py", 900, False),
        ("koban/desk/static/vendor/a.py", 900, False),
    ],
)
def test_files_stay_small(tmp_path, path, lines, fault):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text("\n" * lines)
    assert bool(sizes.too_long([path], tmp_path)) is fault
    file.write_text("# size: a table that wants to be read whole\n" + "\n" * lines)
    assert sizes.too_long([path], tmp_path) == []


@pytest.mark.parametrize(
    "text, what",
    [
        ("<script>go()</script>", "inline script"),
        ("<style>p{}</style>", "inline style sheet"),
        ('<p style="color:red">', "style attribute"),
        ('<button onclick="go()">', "on… attribute"),
        ('<a href="javascript:go()">', "javascript: address"),
        ('<script src="https://cdn.example.com/a.js"></script>', "third-party host"),
        ('<img src="//cdn.example.com/a.png">', "third-party host"),
        ('<script src="/static/a.js" defer></script>', ""),
        ('<a href="https://www.gov.cn/law">', ""),
        ('<p class="on" data-style="x">', ""),
    ],
)
def test_nothing_inline_and_nobody_elses_host(text, what):
    found = pages.faults("koban/desk/templates/a.html", text)
    assert (what in found[0]) if what else (found == [])


def test_the_office_serves_until_it_is_told_to_stop(office):
    office.start()
    with urllib.request.urlopen(f"{office.url}/about/rights") as page:
        assert page.status == 200
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert office.stop() == 0
    assert "Traceback" not in office.log.read_text()


def test_a_backup_brings_the_same_office_back(office, tmp_path):
    attachment = office.var / "files" / "ab" / "cd"
    attachment.parent.mkdir(parents=True)
    attachment.write_bytes(b"evidence")
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))

    other = Office(tmp_path / "other")
    other.koban("restore", str(backup), "--keys", str(office.var / "keys"))
    assert (other.var / "files" / "ab" / "cd").read_bytes() == b"evidence"
    assert rows(other) == rows(office) != []


def test_a_backup_holds_no_key(office, tmp_path):
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))
    whole = backup.read_bytes()
    assert [key.name for key in (office.var / "keys").iterdir() if key.read_bytes().strip() in whole] == []


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda data: data[: len(data) // 2], "cannot be read as a backup"),
        (lambda data: data.replace(b"django_migrations", b"django_migrationz", 1), "is broken at database/"),
        (lambda data: b"not a backup" * 100, "cannot be read as a backup"),
    ],
)
def test_a_broken_backup_is_refused_and_changes_nothing(office, tmp_path, spoil, words):
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))
    backup.write_bytes(spoil(backup.read_bytes()))
    before = digest(office)
    with pytest.raises(AssertionError, match=words):
        office.koban("restore", str(backup), "--force")
    assert digest(office) == before


def test_an_office_is_only_put_aside_by_force_and_never_deleted(office, tmp_path):
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))
    with pytest.raises(AssertionError, match="Say --force"):
        office.koban("restore", str(backup))
    office.koban("restore", str(backup), "--force")
    assert len(list(office.var.glob("koban.sqlite3.before-*"))) == 1


def test_a_backup_does_not_come_back_without_its_keys(office, tmp_path):
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))
    with pytest.raises(AssertionError, match="keys are missing"):
        Office(tmp_path / "other").koban("restore", str(backup))


def test_the_doctor_finds_a_fresh_office_well(office):
    assert "mend" not in office.koban("doctor").stdout


def test_the_doctor_says_what_to_do_about_keys_that_others_can_read(office):
    (office.var / "keys" / "index.key").chmod(0o644)
    with pytest.raises(AssertionError, match=r"ended with 1:(.|\n)*-> "):
        office.koban("doctor")


def rows(office):
    return office.koban("manage", "showmigrations", "--list").stdout.splitlines()


def digest(office):
    return hashlib.sha256((office.var / "koban.sqlite3").read_bytes()).hexdigest()


def test_every_verb_of_the_ledger_has_a_sentence_in_both_languages():
    found = verbs.written()
    assert len(found) > 70
    assert {verb: at for verb, at in found.items() if sentence(verb, {}) == verb} == {}
    with translation.override("zh-hans"):
        assert {verb: at for verb, at in found.items() if not CHINESE.search(sentence(verb, {}))} == {}


def test_every_background_work_says_what_it_does_in_both_languages():
    clock.find_tasks()
    ours = {
        path: what
        for path, what in periodic.described.items()
        if path.startswith("koban.") and ".tests." not in path
    }
    declared = [
        path for path in (ROOT / "koban").rglob("*.py") if re.search(r"^@task\(", path.read_text(), re.M)
    ]
    assert len(ours) >= len([path for path in declared if "tests" not in path.parts]) > 4
    with translation.override("zh-hans"):
        assert [path for path, what in ours.items() if not CHINESE.search(gettext(what))] == []
