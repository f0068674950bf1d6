"""Every error that a user can meet: its text is the sentence they read.

A message names what is wrong, where, and the way out. The command line prints
it and exits with 1; a page shows it; neither shows a traceback.
"""


class FittingRoomError(Exception):
    """Base of all errors with a sentence for the user."""


class TasksError(FittingRoomError):
    """What is asked of a photo is not well defined (tasks.yaml, classes, tags)."""


class LabelsError(FittingRoomError):
    """A labels file cannot be read as a catalog."""


class WorkspaceError(FittingRoomError):
    """A folder is not a workspace, or one of another version."""


class SplitError(FittingRoomError):
    """The catalog cannot be split as asked."""


class PhotoError(FittingRoomError):
    """A file is not a photo that can be read safely.

    Attributes:
        reason: one short word or phrase for reports (``truncated``, ``too large`` ...).
    """

    def __init__(self, message: str, reason: str):
        super().__init__(message)
        self.reason = reason


class ModelError(FittingRoomError):
    """A model is missing, broken, or cannot be built or trained as asked."""


class TasksMismatchError(ModelError):
    """A model answers other questions than the workspace asks."""


class PredictionsError(FittingRoomError):
    """Scores are missing or not of the promised shape."""


class DecisionError(FittingRoomError):
    """A threshold, calibration or decision bundle is not usable."""


class ThresholdError(DecisionError):
    """A threshold outside [0, 1], or a wish that no threshold fulfils."""


class SliceError(FittingRoomError):
    """A slice asks for something that these items do not have."""


class FindingsError(FittingRoomError):
    """What an audit found cannot be read, or a finding is not there any more."""


class AnnotationError(FittingRoomError):
    """An answer, a file of votes or the annotation log is not usable as asked."""


class ReportError(FittingRoomError):
    """A report, or what is required of its figures, cannot be made as asked."""


class StorageError(FittingRoomError):
    """Something could not be written; what was there before is untouched."""
