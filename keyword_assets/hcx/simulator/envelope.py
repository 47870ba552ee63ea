"""The bodies of CLOVA Studio: a status with a string code, and a result; and the refusals it knows."""

from typing import Any

OK = "20000"

# The native part of the published code table, by code; where a code has several messages, the most general one.
MESSAGES = {
    "20000": "OK",
    "40000": "Bad request",
    "40001": "Invalid parameter",
    "40002": "Unsupported parameter",
    "40003": "Context length exceeded",
    "40004": "Text empty",
    "40005": "Unavailable output",
    "40009": "Unsupported function",
    "40055": "Invalid response format schema",
    "40063": "Image processing error",
    "40080": "Model not found",
    "40082": "Model fade out",
    "40083": "Model no resource",
    "40084": "Unsupported API for model",
    "40100": "Unauthorized",
    "40101": "Invalid signature",
    "40102": "Invalid Authentication Type",
    "40103": "Access token expired",
    "40104": "Invalid key",
    "40170": "No subscription request history found. Please request a subscription to use",
    "40300": "Forbidden",
    "40301": "No ownership",
    "40400": "Not found",
    "40600": "Not Acceptable",
    "40800": "Request timeout",
    "41300": "Request body size exceeded",
    "41500": "MediaType error",
    "42400": "Processing Failed",
    "42900": "Too many requests",
    "42901": "Too many requests - rate exceeded",
    "42902": "Too many requests - overloaded",
    "42903": "Too many requests - image queue",
    "50000": "Internal server error",
    "50100": "Not yet implemented",
    "50400": "Gateway timeout",
}


class Refusal(Exception):
    """A request that is not served. The HTTP status is the first three digits of the code, as in the whole table."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.message = message or MESSAGES[code]
        self.status = int(code[:3])
        super().__init__(f"{code} {self.message}")


def invalid(*names: str) -> Refusal:
    """The refusal of a parameter, or of several that exclude each other."""
    return Refusal("40001", "Invalid parameter: " + ", ".join(names))


def success(result: dict[str, Any]) -> dict[str, Any]:
    """The body of a request that was served."""
    return {"status": {"code": OK, "message": MESSAGES[OK]}, "result": result}


def failure(code: str, message: str) -> dict[str, Any]:
    """The body of a request that was not."""
    return {"status": {"code": code, "message": message}, "result": None}
