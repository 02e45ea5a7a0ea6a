"""The words of the app, in every language of the house at once."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.desk.field.package import LANGUAGES, both

WORDS: dict[str, Any] = {
    # the frame
    "app": _("Koban outside"),
    "today": _("Today"),
    "map": _("Map"),
    "check": _("Check"),
    "my_shift": _("My shift"),
    "sos": _("SOS"),
    "sos_short": "SOS",
    "back": _("Back"),
    "offline": _("No network. Everything is kept on this phone."),
    "unsent": _("{n} not sent yet"),
    "all_sent": _("Everything is sent"),
    "sending": _("Sending…"),
    "close": _("Close"),
    "again": _("Try again"),
    "broke": _("Something broke in this app. What was written is safe; open it again."),
    # before going out
    "welcome": _("Take your shift along"),
    "welcome_text": _(
        "Tasks, map and forms are put on this phone, encrypted. They work without a network and are deleted when the shift ends."
    ),
    "take_out": _("Take it along"),
    "loading": _("Loading the shift…"),
    "sign_in": _("Sign in"),
    "sign_in_text": _("Sign in with your own account first, then take the shift along."),
    "locked": _("The session is locked. Unlock it to send what is on this phone; nothing is lost."),
    "unlock": _("Unlock"),
    "no_network_first": _("The first time this needs a network. Go where there is one and try again."),
    "old_browser": _("This browser cannot keep data encrypted. Use a newer one."),
    "wiped": _("What this phone held of the office was deleted."),
    "wiped_lost": _("This phone was reported lost. Everything of the office on it was deleted."),
    "shift_over": _("The shift on this phone is over. Its tasks were deleted."),
    "still_unsent": _(
        "{n} entries are still to be sent. Connect and sign in: they can be sent for {hours} hours."
    ),
    # tasks
    "no_tasks": _("Nothing is in your hands."),
    "no_tasks_hint": _("Take a matter in hand at the desk, then refresh the shift."),
    "due": _("due"),
    "late": _("late"),
    "done": _("Done"),
    "steps": _("Steps"),
    "result": _("How did it go?"),
    "checklist": _("Checklist"),
    "forms": _("Forms"),
    "write": _("Write it down"),
    "write_hint": _("What you saw or did. Short and plain."),
    "kept": _("Kept on this phone"),
    "nothing_written": _("Write something, or take a photo."),
    "words_needed": _("Write what was talked about: the people there will read it."),
    "needs": _("What they need"),
    "photo": _("Photo"),
    "photos": _("Photos"),
    "take_photo": _("Take a photo"),
    "with_place": _("Say where each photo was taken"),
    "no_place": _("The phone does not know where it is."),
    "remove": _("Remove"),
    "save": _("Keep"),
    "send": pgettext_lazy("a form", "Send"),
    "log": _("Scene log"),
    "entry_kind": _("What is it?"),
    "seen": _("Seen or heard"),
    "first_aid": _("First aid"),
    "cordon": _("Cordon"),
    "entered": _("Who entered"),
    "received": _("Thing received"),
    "handed_over": _("Handed over"),
    "mine": _("Written on this phone"),
    "priority_1": pgettext_lazy("urgency", "At once"),
    "priority_2": pgettext_lazy("urgency", "Urgent"),
    "priority_3": pgettext_lazy("urgency", "Soon"),
    "priority_4": pgettext_lazy("urgency", "When possible"),
    # what becomes of an entry
    "state_new": _("waits for a network"),
    "state_kept": _("at the office, waits for an earlier entry"),
    "state_sent": _("at the office, a photo is missing"),
    "state_done": _("at the office, page {page}"),
    "state_refused": _("not taken"),
    "state_clash": _("changed meanwhile: choose"),
    "state_given_up": _("given up"),
    "kind_step": _("Step"),
    "kind_log": _("Note"),
    "kind_visit": _("Visit"),
    "kind_sos": _("SOS"),
    "kind_form": _("Form"),
    "flag_clock": _("The clock of this phone is wrong; the office counted the time itself."),
    "flag_no_time": _("The office could not read the time and used its own."),
    "flag_before_shift": _("The time lies before this shift; the office used its own."),
    "flag_no_place": _("The place was not usable and was left out."),
    "two_versions": _("Two versions"),
    "yours": _("Yours, written outside"),
    "theirs": _("At the office"),
    "by": _("by {who}"),
    "since": _("since {when}"),
    "keep_theirs": _("Leave it as it is at the office"),
    "send_mine": _("Send mine all the same"),
    "give_up": _("Give it up"),
    "give_up_ask": _("Give this entry up? The office keeps a page that it was given up."),
    # the map
    "map_failed": _("The map could not be loaded."),
    "no_map": _("This office has no map of its own."),
    "credit": _("© OpenStreetMap contributors"),
    # checks
    "check_title": _("Check a paper"),
    "check_text": _("Hold the code of the paper in front of the camera, or type what stands below it."),
    "scan": _("Scan with the camera"),
    "stop_scan": _("Stop the camera"),
    "from_photo": _("Read it from a photo"),
    "no_scanner": _("This browser reads no codes. Type or paste what stands below the code."),
    "no_code": _("No code was found in the picture. Take it closer and straight from above."),
    "no_camera": _("The camera cannot be used."),
    "code": _("Code of the paper"),
    "nfc": _("Read a chip"),
    "nfc_hold": _("Hold the paper against the back of the phone."),
    "nfc_empty": _("There is no code of ours on this chip."),
    "valid": pgettext_lazy("a paper", "Holds"),
    "not_yet": _("Does not hold yet"),
    "expired": _("No longer holds"),
    "suspended": _("Suspended"),
    "revoked": _("Taken back"),
    "not_ours": _("Not issued by this house"),
    "broken": _("Not a code of ours, or changed"),
    "issuer": _("Issued by"),
    "valid_from": _("Holds from"),
    "valid_until": _("Holds until"),
    "without_end": _("without end"),
    "checked_offline": _("Checked on this phone with the lists of {when}."),
    "status_unknown": _("Whether it was taken back since is not known on this phone."),
    "not_proof": _("Only what stands in the code is proven. Compare it with the paper."),
    # sos
    "sos_title": _("Call for help"),
    "sos_text": _("The board at the office rings at once. Hold the button for two seconds."),
    "sos_hold": _("Hold to call for help"),
    "sos_words": _("Where are you, what happens? (may stay empty)"),
    "sos_sending": _("Calling…"),
    "sos_reached": _("The office was reached. Help knows of you. Page {page}."),
    "sos_not_reached": _("NOBODY KNOWS YET. There is no network. Call now:"),
    "sos_again": _("The app goes on trying as long as it is open."),
    "sos_no_phone": _("Use the radio or the emergency number."),
    "call": _("Call {number}"),
    # my shift
    "who": _("Who"),
    "until": _("Until"),
    "loaded": _("Loaded"),
    "on_phone": _("On this phone"),
    "tasks_count": _("{n} tasks"),
    "forms_count": _("{n} forms"),
    "map_kept": _("The map is on this phone."),
    "map_not_kept": _("The map is not on this phone yet."),
    "refresh": _("Load again"),
    "send_now": _("Send now"),
    "end_shift": _("End the shift"),
    "end_ask": _("End the shift? Tasks and map are deleted from this phone."),
    "end_unsent": _("Something is not sent yet. Send it first; it stays on this phone until then."),
    "install": _("Install the app"),
    "install_hint": _("In the browser's menu: Add to home screen."),
    "no_form_engine": _("This form cannot be shown on this phone. Use the desk."),
    "form_incomplete": _("Some answers are missing or not right. They are marked."),
    "form_kept": _("The form is kept on this phone."),
    "clear": _("Clear"),
}


def all_words() -> dict[str, dict[str, str]]:
    """Language -> key -> word."""
    return {language: {key: told[language] for key, told in _both().items()} for language in LANGUAGES}


def fingerprint() -> str:
    return hashlib.sha256(json.dumps(all_words(), sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def _both() -> dict[str, dict[str, str]]:
    return {key: both(said) for key, said in WORDS.items()}
