"""Every table of the project, for the migrations: a module that defines one is named here."""

from requestflow.accounts import (
    absences,
    invitations,
    passkeys,
    second_factor,
    sessions,
    single_sign_on,
)
from requestflow.accounts import models as accounts
from requestflow.applications import models as applications
from requestflow.calendars import models as calendars
from requestflow.cases import locked_periods
from requestflow.cases import models as cases
from requestflow.casework import saved_views
from requestflow.citizens import models as citizens
from requestflow.documents import models as documents
from requestflow.foundation import data_keys
from requestflow.imports import models as imports
from requestflow.letters import models as letters
from requestflow.notices import calendar_feed, groups, mail_preferences
from requestflow.notices import models as notices
from requestflow.publications import models as publications
from requestflow.reported_figures import models as reported_figures
from requestflow.reporting import models as reporting
from requestflow.seals import models as seals

MODULES = (
    absences,
    accounts,
    applications,
    calendars,
    calendar_feed,
    cases,
    citizens,
    data_keys,
    documents,
    groups,
    imports,
    invitations,
    letters,
    locked_periods,
    mail_preferences,
    notices,
    passkeys,
    publications,
    reported_figures,
    reporting,
    saved_views,
    seals,
    second_factor,
    sessions,
    single_sign_on,
)
