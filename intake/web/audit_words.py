"""What the events of the audit trail are called. Templates translate it."""

from __future__ import annotations

from intake.web.words import N_

EVENT_WORDS = {
    "alarm.cleared": N_("An alarm was cleared"),
    "audit.searched": N_("The trail was searched for a person"),
    "batch.taken": N_("A batch came in"),
    "delivery.offered": N_("A record was put into the outbox"),
    "delivery.parked": N_("A delivery was refused and waits for a person"),
    "delivery.replayed": N_("A delivery is sent once more"),
    "delivery.sent": N_("The rules core has taken a record"),
    "delivery.superseded": N_("A delivery was held back"),
    "document.arrival_lowered": N_("An earlier day of arrival counts"),
    "document.corrected": N_("A document was corrected or confirmed"),
    "document.duplicate": N_("A paper came again"),
    "document.duplicate_confirmed": N_("A person says: the same paper"),
    "document.duplicate_rejected": N_("A person says: not the same paper"),
    "document.matter_moved": N_("A document's matter has moved"),
    "document.possible_duplicate": N_("A paper may have come before"),
    "file.arranged": N_("A file's pages were arranged"),
    "file.duplicate": N_("A file's very bytes came again"),
    "file.not_read": N_("Reading a file did not succeed"),
    "file.parked": N_("A file was left to a person"),
    "file.quarantined": N_("A file lies in quarantine"),
    "file.read": N_("A file was read"),
    "file.reread": N_("A file was put in line again"),
    "manifest.closed": N_("A list of what was sent was closed"),
    "manifest.taken": N_("A list of what was sent came in"),
    "request.answered": N_("A request was answered"),
    "request.overdue": N_("No answer came in time"),
    "work_item.assigned": N_("A person said whose a matter is"),
    "work_item.freed": N_("A work item was taken from its holder"),
    "work_item.judged": N_("A matter was judged anew"),
    "work_item.rerouted": N_("A matter was moved to another queue"),
}
