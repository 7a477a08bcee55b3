from accounts.models.address import Address, PostalAddress
from accounts.models.api_key import ApiKey
from accounts.models.consent import Consent
from accounts.models.data_export import DataExport
from accounts.models.email_code import CodePurpose, EmailCode
from accounts.models.token import RefreshToken, TokenFamily
from accounts.models.user import CustomerGroup, User

__all__ = [
    "Address",
    "ApiKey",
    "CodePurpose",
    "Consent",
    "CustomerGroup",
    "DataExport",
    "EmailCode",
    "PostalAddress",
    "RefreshToken",
    "TokenFamily",
    "User",
]
