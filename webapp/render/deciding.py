"""What a decision about findings did, as a short message."""

from core.annotations.verdicts import ACCEPTED, DISMISSED, RELABELLED, REOPENED
from webapp.actions.deciding import Decided
from webapp.render.words import count

VERBS = {ACCEPTED: "accepted", DISMISSED: "dismissed", RELABELLED: "relabelled",
         REOPENED: "opened again"}


def decided_sentence(made: Decided) -> str:
    """Dismissed. 3 findings relabelled; 1 held-out label is marked as corrected."""
    verb, number = VERBS[made.verdict], len(made.keys)
    text = verb.capitalize() if number <= 1 else f"{count(number)} findings {verb}"
    if made.heldout:
        text += (f"; {count(made.heldout)} held-out"
                 f" {'item is' if made.heldout == 1 else 'items are'} marked as corrected")
    if made.left:
        text += f"; {count(made.left)} without a suggested answer stay{'s' * (made.left == 1)} open"
    return f"{text}.{f' Meanwhile {made.meanwhile}; yours stands now.' if made.meanwhile else ''}"


def undone_sentence(findings: int) -> str:
    """Undone: 3 findings are as they were before."""
    if findings <= 1:
        return "Undone: the finding is as it was before."
    return f"Undone: {count(findings)} findings are as they were before."
