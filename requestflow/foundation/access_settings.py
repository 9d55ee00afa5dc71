"""What an installation may set of those who enter: cookies, sessions, second factors, single
sign-on, and how much one address may do in a time."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode

from requestflow.foundation import setting_values as values
from requestflow.foundation.setting_values import GroupPlace, WrongValue, whole_number
from requestflow.foundation.texts import text

SIGNERS = frozenset({"approver", "supervisor", "administrator"})
"""Who signs decisions and reports, and who lets others in: in production they need a second
factor."""


class AccessSettings(BaseSettings):
    """Settings of who may enter. Rates are written as `10 per minute; 60 per hour`."""

    secure_cookies: Annotated[bool, values.switch] = Field(
        default=False, validation_alias="REQUESTFLOW_SECURE_COOKIES"
    )
    behind_proxy: Annotated[bool, values.switch] = Field(
        default=False, validation_alias="REQUESTFLOW_BEHIND_PROXY"
    )
    trusted_proxies: Annotated[int, whole_number(0, 10)] = Field(
        default_factory=lambda data: int(data["behind_proxy"]),
        validation_alias="REQUESTFLOW_TRUSTED_PROXIES",
    )
    session_hours: Annotated[int, whole_number(1, 24)] = Field(
        default=12, validation_alias="REQUESTFLOW_SESSION_HOURS"
    )
    session_idle_minutes: Annotated[int, whole_number(5, 1440)] = Field(
        default=60, validation_alias="REQUESTFLOW_SESSION_IDLE_MINUTES"
    )
    second_factor_roles: Annotated[frozenset[str], NoDecode, values.roles] = Field(
        default_factory=lambda data: SIGNERS if data["secure_cookies"] else frozenset(),
        validation_alias="REQUESTFLOW_SECOND_FACTOR_ROLES",
    )
    proof_minutes: Annotated[int, whole_number(1, 1440)] = Field(
        default=30, validation_alias="REQUESTFLOW_PROOF_MINUTES"
    )
    audit_days: Annotated[int, whole_number(183, 36_500)] = Field(
        default=1095, validation_alias="REQUESTFLOW_AUDIT_DAYS"
    )
    message_days: Annotated[int, whole_number(30, 36_500)] = Field(
        default=400, validation_alias="REQUESTFLOW_MESSAGE_DAYS"
    )
    metrics_token: Annotated[str | None, values.token] = Field(
        default=None, validation_alias="REQUESTFLOW_METRICS_TOKEN", repr=False
    )

    # Single sign-on by OpenID Connect.
    oidc_issuer: Annotated[str | None, values.issuer] = Field(
        default=None, validation_alias="REQUESTFLOW_OIDC_ISSUER"
    )
    oidc_client_id: Annotated[str | None, values.token] = Field(
        default=None, validation_alias="REQUESTFLOW_OIDC_CLIENT_ID", validate_default=True
    )
    oidc_client_secret: Annotated[str | None, values.token] = Field(
        default=None,
        validation_alias="REQUESTFLOW_OIDC_CLIENT_SECRET",
        repr=False,
        validate_default=True,
    )
    oidc_name: Annotated[str | None, values.short_name] = Field(
        default=None, validation_alias="REQUESTFLOW_OIDC_NAME"
    )
    oidc_groups_claim: Annotated[str, values.token] = Field(
        default="groups", validation_alias="REQUESTFLOW_OIDC_GROUPS_CLAIM"
    )
    oidc_groups: Annotated[tuple[GroupPlace, ...], NoDecode, values.group_places] = Field(
        default=(), validation_alias="REQUESTFLOW_OIDC_GROUPS"
    )
    oidc_second_factor: Annotated[frozenset[str], NoDecode, values.words] = Field(
        default=frozenset({"mfa"}), validation_alias="REQUESTFLOW_OIDC_SECOND_FACTOR"
    )

    # What one address may do in a time.
    sign_in_limit: Annotated[str, values.rate] = Field(
        default="10 per minute", validation_alias="REQUESTFLOW_SIGN_IN_LIMIT"
    )
    account_limit: Annotated[str, values.rate] = Field(
        default="20 per hour", validation_alias="REQUESTFLOW_ACCOUNT_LIMIT"
    )
    citizen_sign_in_limit: Annotated[str, values.rate] = Field(
        default="10 per minute; 60 per hour", validation_alias="REQUESTFLOW_CITIZEN_SIGN_IN_LIMIT"
    )
    follow_limit: Annotated[str, values.rate] = Field(
        default="20 per minute; 100 per hour", validation_alias="REQUESTFLOW_FOLLOW_LIMIT"
    )
    application_limit: Annotated[str, values.rate] = Field(
        default="60 per hour", validation_alias="REQUESTFLOW_APPLICATION_LIMIT"
    )
    application_page_limit: Annotated[str, values.rate] = Field(
        default="400 per hour", validation_alias="REQUESTFLOW_APPLICATION_PAGE_LIMIT"
    )
    upload_limit: Annotated[str, values.rate] = Field(
        default="1000 per hour; 5000 per day", validation_alias="REQUESTFLOW_UPLOAD_LIMIT"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _only_behind_some(cls, value: int, info: ValidationInfo) -> int:
        if value and info.data.get("behind_proxy") is False:
            raise WrongValue(text("0 or not set while REQUESTFLOW_BEHIND_PROXY is off"))
        return value

    @field_validator("oidc_client_id", "oidc_client_secret")
    @classmethod
    def _with_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("oidc_issuer"):
            raise WrongValue(text("set, as REQUESTFLOW_OIDC_ISSUER is"))
        return value

    @property
    def production(self) -> bool:
        """Whether the installation serves the public: its pages come by HTTPS alone."""
        return self.secure_cookies
