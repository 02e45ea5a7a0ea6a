"""Why a message did not go out."""


class Undelivered(Exception):
    """code: short, without personal data ("http 503"). is_final: another attempt would be refused just the same."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final
