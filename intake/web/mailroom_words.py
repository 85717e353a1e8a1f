"""The mailroom's words for what programs call by short names. Templates translate them."""

from __future__ import annotations

from intake.web.words import N_

PROGRESS = {
    "waiting": N_("In line"), "reading": N_("Being read"), "read": N_("Read"), "parked": N_("A person must look"),
    "duplicate": N_("Came before"), "quarantined": N_("In quarantine"),
}  # fmt: skip
PROGRESS_TONES = {
    "waiting": "quiet", "reading": "calm", "read": "good", "parked": "warn", "duplicate": "quiet", "quarantined": "bad",
}  # fmt: skip
PLACES = {
    "delivered": N_("Delivered"), "on_its_way": N_("On its way to the rules core"), "refused": N_("Refused by the rules core"),
    "waiting": N_("Waits for a caseworker"), "done": N_("Done by a caseworker"),
}  # fmt: skip
PLACE_TONES = {"delivered": "good", "on_its_way": "calm", "refused": "bad", "waiting": "warn", "done": "good"}
FATES = {
    "received": N_("Not read yet"), "waiting": N_("Wait for a caseworker"), "on_its_way": N_("On their way"),
    "refused": N_("Refused"), "delivered": N_("Delivered"), "done": N_("Done by hand"), "parked": N_("Parked"),
    "blank": N_("Blank"), "separator": N_("Separators"), "duplicate": N_("Duplicates"),
}  # fmt: skip
PAGE_STATES = {
    "received": N_("Not read yet"), "in_document": N_("In a document"), "blank": N_("Blank page"),
    "separator": N_("Separator sheet"), "duplicate": N_("Came before"), "parked": N_("Nobody could read it"),
}  # fmt: skip
CHANNELS = {"post": N_("Post"), "fax": N_("Fax"), "office": N_("Office"), "email": N_("E-mail")}
DOORS = {"api": N_("From a program"), "watch": N_("From a watched folder"), "mailroom": N_("Brought here")}
EVIDENCE = {
    "stamp": N_("Stamp on the paper"), "fax_header": N_("Header line of the fax"), "told": N_("Given when it was brought"),
    "manifest": N_("List that came with it"), "folder": N_("Name of the folder"), "file_time": N_("Time of the file"),
    "clock": N_("When it was taken in"),
}  # fmt: skip
EVENTS = {
    "batch.taken": N_("The batch was taken in"), "file.taken": N_("Taken in"), "file.read": N_("Read"),
    "file.not_read": N_("An attempt to read it failed"), "file.parked": N_("Left for a person to look at"),
    "file.reread": N_("Put in line to be read again"), "file.quarantined": N_("Put in quarantine"),
    "file.opened": N_("Opened after all and taken in"), "file.dismissed": N_("Was put away"),
    "file.looked_at": N_("Looked at"), "document.looked_at": N_("A document was looked at"),
    "document.corrected": N_("A document was corrected"), "document.matter_moved": N_("A document's matter moved"),
    "document.duplicate": N_("A document was found to have come before"),
    "document.possible_duplicate": N_("A document may have come before"),
    "document.duplicate_confirmed": N_("A document was confirmed to have come before"),
    "document.duplicate_rejected": N_("A document was said to be none that came before"),
    "document.arrival_lowered": N_("A document counts from an earlier day"),
    "document.cut": N_("Documents were cut anew"),
}  # fmt: skip
ALARMS = {
    "ledger": N_("A batch does not add up: keep everything as it is and tell the administrator."),
    "no_worker": N_("Papers wait and nothing reads them: tell the administrator."),
    "disk_full": N_("There is too little room: nothing new is taken until the administrator makes some."),
    "blobs_away": N_("The store of originals does not answer: nothing new is taken. Tell the administrator."),
    "folder_unreadable": N_("A watched folder cannot be read: see that the share is there, or tell the administrator."),
    "watch_failed": N_("A file in a watched folder could not be taken: tell the administrator."),
    "file_stays": N_("A file was taken but cannot be removed from its folder: tell the administrator."),
    "file_locked": N_("A file in a watched folder is held by another program: close it there."),
    "quarantined": N_("Files could not be opened: see to them in the quarantine."),
    "manifest_differs": N_("What came differs from the list that was sent with it: see the quarantine."),
    "manifest_missing": N_("Files came without the list that should come with them: ask whoever scanned them."),
    "page_count": N_("Pages of a file could not be read: a caseworker sees them among what is to be identified."),
    "oldest_waiting": N_("A file has waited long to be read: more comes in than can be read, or a worker stands still."),
}  # fmt: skip
DIFFERENCES = {
    "missing": N_("has not come"), "not_listed": N_("came and is not on the list"), "listed_twice": N_("is on the list twice"),
    "quarantined": N_("came and could not be opened"), "sha256 differs": N_("came with other content than listed"),
}  # fmt: skip
