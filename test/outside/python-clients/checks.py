"""Collects what is wrong, and compares each answer with the vendor's own model of it."""

import re
import time
import traceback

from huaweicloudsdkcore.exceptions import exceptions

# Answers of the emulator that the client's models have no place for, each with its source.
UNKNOWN_TO_CLIENT = {
    "ShowGaussMySqlJobInfoResponse.job.entities.proxy": "the page: its shape varies with the task",
    "ListBackgroundTaskResponse.tasks[].error_code": "the vendor's Terraform provider reads it",
    "ListBackgroundTaskResponse.tasks[].job_id": "the vendor's Terraform provider reads it",
}

# Where the client's type is another than that of the documents; the client converts.
OTHER_TYPE = {
    "ListBackgroundTaskResponse.task_count": "the page's example has a number",
    "ListCenterTaskResponse.task_count": "the page's example has a number",
}

_PLAIN = {"str": str, "int": int, "bool": bool}


class Checks:
    """Wrong things, in words; `count` is how many were looked at."""

    def __init__(self):
        self.problems = []
        self.count = 0
        self._listed = set()

    def step(self, run, *given):
        """Runs a part; one that breaks down is a problem, and the others still run."""
        try:
            run(self, *given)
        except Exception as error:  # pylint: disable=broad-except
            last = traceback.extract_tb(error.__traceback__)[1]
            place = f"{run.__module__}.{run.__name__}, line {last.lineno}"
            self.that(f"{place}: {type(error).__name__} {error}", False)

    def that(self, label, is_right, words=""):
        self.count += 1
        problem = f"{label}: {words}" if words else label
        if not is_right and problem not in self.problems:
            self.problems.append(problem)

    def equal(self, label, actual, expected):
        self.that(label, actual == expected, f"{actual!r} instead of {expected!r}")

    def answer(self, label, response):
        """Every field must be one the client knows, of its type, and arrive with its value."""
        raw = response.to_json_object()
        if raw is not None:
            self._model(f"{label} {type(response).__name__}", raw, response)
        return response

    def refused(self, label, call, *, status, code, words=""):
        """The call must end in the client's exception for answers of that status."""
        is_clients = status < 500
        kind = (
            exceptions.ClientRequestException
            if is_clients
            else exceptions.ServerResponseException
        )
        try:
            answered = call()
        except exceptions.ServiceResponseException as error:
            self.equal(f"{label}: exception", type(error), kind)
            self.equal(f"{label}: status", error.status_code, status)
            self.equal(f"{label}: code", error.error_code, code)
            self.that(f"{label}: message", words in error.error_msg, error.error_msg)
            self.that(f"{label}: request id", bool(error.request_id), "none")
            return
        self.that(label, False, f"was not refused but answered {answered}")

    def cut(self, label, call):
        """The call must end in the client's exception for a connection that broke."""
        try:
            answered = call()
        except exceptions.ConnectionException:
            self.that(label, True)
            return
        self.that(label, False, f"was not cut but answered {answered}")

    def until(self, label, ask, pleases, seconds=10):
        """Asks until the answer pleases; the last answer."""
        ends = time.monotonic() + seconds
        while True:
            answer = ask()
            if pleases(answer):
                self.that(label, True)
                return answer
            if time.monotonic() > ends:
                self.that(label, False, f"after {seconds} s still {answer}")
                return answer
            time.sleep(0.05)

    def no_stale_reasons(self):
        """Every listed difference must have been met, else its reason is out of date."""
        for place in {**UNKNOWN_TO_CLIENT, **OTHER_TYPE}:
            self.that(place, place in self._listed, "is listed as a difference but is none")

    def _is_listed(self, table, path):
        place = path.split(" ")[-1]
        self._listed.add(place)
        return place in table

    def _model(self, path, raw, model):
        known = {name: attribute for attribute, name in model.attribute_map.items()}
        for name, value in raw.items():
            place = f"{path}.{name}"
            if name not in known:
                is_listed = self._is_listed(UNKNOWN_TO_CLIENT, place)
                self.that(place, is_listed, "the client knows no such field")
                continue
            attribute = known[name]
            self._value(place, model.openapi_types[attribute], value, getattr(model, attribute))

    def _value(self, path, wanted, raw, value):
        if raw is None:
            self.equal(path, value, None)
            return
        inner = re.fullmatch(r"list\[(.+)\]", wanted)
        if inner and isinstance(raw, list):
            self.equal(f"{path}: length", len(value), len(raw))
            for index, item in enumerate(raw):
                self._value(f"{path}[]", inner.group(1), item, value[index])
        elif wanted == "object" or wanted.startswith("dict("):
            self.equal(path, value, raw)
        elif wanted in _PLAIN:
            is_typed = type(raw) is _PLAIN[wanted]
            is_taken = is_typed or self._is_listed(OTHER_TYPE, path)
            self.that(path, is_taken, f"{raw!r} is no {wanted}")
            self.that(path, not is_typed or value == raw, f"{value!r} instead of {raw!r}")
        elif isinstance(raw, dict) and hasattr(value, "attribute_map"):
            self._model(path, raw, value)
        else:
            self.that(path, False, f"{raw!r} is no {wanted}")
