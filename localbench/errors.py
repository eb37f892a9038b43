"""The one error that the bench shows to a person."""


class BenchError(Exception):
    """Something a person can act on. Its text is one clear sentence saying what failed and what to do.

    ``log`` names the file that holds the details, if there is one.
    """

    def __init__(self, sentence: str, log: object = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.log = log
