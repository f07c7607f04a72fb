"""A user of Odoo's web client, over HTTP."""

import requests

# What the server answers when it has tried often enough: another transaction was always faster.
CONCURRENCY = ("SerializationFailure", "LockNotAvailable", "DeadlockDetected", "ConcurrencyError")


class RefusedError(Exception):
    """The server answered by a sentence for the user."""


class CollidedError(Exception):
    """The server gave up because of what others did at that moment."""


class BrokenError(Exception):
    """The server failed in a way that no user understands."""


class Client:
    """Log in, and call methods as the web client does.

    :param url: address of the server
    :param login: login, which is the password, too
    """

    def __init__(self, url, login, database):
        self.url = url
        self.session = requests.Session()
        self._post("/web/session/authenticate", {"db": database, "login": login, "password": login})

    def call(self, model, method, *args, **kwargs):
        """Call a method.

        :return: what the method returns
        :raise RefusedError: when the server says why not
        :raise CollidedError: when others were faster, each time
        :raise BrokenError: when it ended in a traceback
        :raise requests.RequestException: when there was no answer
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post(self, path, params):
        response = self.session.post(
            self.url + path, json={"jsonrpc": "2.0", "method": "call", "params": params}, timeout=180
        )
        answer = response.json()
        if error := answer.get("error"):
            name = error["data"]["name"].rpartition(".")[2]
            message = error["data"]["message"]
            if name in CONCURRENCY:
                raise CollidedError(message)
            if name in ("UserError", "AccessError", "ValidationError", "MissingError", "LockError"):
                raise RefusedError(message)
            raise BrokenError(f"{name}: {message}")
        return answer.get("result")
