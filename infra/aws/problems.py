"""What stops work on AWS, in one line that says what would help. Needs no package of AWS."""


class AwsProblem(Exception):
    """AWS did not do what was asked, or what was asked for is not there.

    Attributes:
        code: AWS's own name of the error, or "".
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code
