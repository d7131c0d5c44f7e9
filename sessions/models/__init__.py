"""Sessions and what was talked about in them, how many there were, the tablets that hand them in, the codes they are written in, and local
services.
"""

from sessions.models.codes import LengthBand, Moment, Reason, Resource, Setting, SignpostKind
from sessions.models.counting import Grain, Measure, SummaryRules, Tally, Uncounted
from sessions.models.exports import Export
from sessions.models.feedback import AnsweredForm, FeedbackPage, PersonFeedback
from sessions.models.hand_ins import HandIn, QuarantinedRecord
from sessions.models.records import AreaDiscussed, CardSession, CardShown, ResourceGiven, SignpostGiven
from sessions.models.services import HelpPage, LocalService, Notice
from sessions.models.sharing import SharedFigures
from sessions.models.sites import SiteResource, SiteSignpost
from sessions.models.tablets import Tablet, WorkerTicket

__all__ = [
    "AnsweredForm",
    "AreaDiscussed",
    "CardSession",
    "CardShown",
    "Export",
    "FeedbackPage",
    "Grain",
    "HandIn",
    "HelpPage",
    "LengthBand",
    "LocalService",
    "Measure",
    "Moment",
    "Notice",
    "PersonFeedback",
    "QuarantinedRecord",
    "Reason",
    "Resource",
    "ResourceGiven",
    "Setting",
    "SharedFigures",
    "SignpostGiven",
    "SignpostKind",
    "SiteResource",
    "SiteSignpost",
    "SummaryRules",
    "Tablet",
    "Tally",
    "Uncounted",
    "WorkerTicket",
]
