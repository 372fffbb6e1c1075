"""People made for one sign-in each, so that requests which end a session or change a password can be made too."""
import base64
import hashlib
import hmac
import itertools
import json
import struct
import time
import urllib.error
import urllib.request


def totp(secret, step):
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class People:
    def __init__(self, api, token):
        self.api, self.token = api, token
        self.numbers = itertools.count(1)
        self.session = self.known = None

    def ask(self, method, path, body=None, headers=None):
        headers = dict(headers or {"Authorization": f"Bearer {self.token}"})
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.api + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, answer.headers, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def user(self):
        """A new user without a password."""
        login = f"throwaway{next(self.numbers)}"
        status, _, user = self.ask(
            "POST", "/users", {"login": login, "name": "Throw Away", "role": "manager", "email": f"{login}@example.org"})
        assert status == 201, user
        return user

    def link(self, user):
        return self.ask("POST", f"/users/{user['id']}/link")[2]["code"]

    def member(self):
        """A new user with a password."""
        user = self.user()
        user["password"] = f"correct horse {user['login']} battery"
        status, _, told = self.ask(
            "POST", "/password/link", {"code": self.link(user), "password": user["password"]}, {"X": "y"})
        assert status == 204, told
        return user

    def one(self):
        """A user with a password, the same each time."""
        self.known = self.known or self.member()
        return self.known

    def signed_in(self):
        """Headers of a session; a new one when there is none or it was ended."""
        if self.session is None:
            user = self.member()
            status, headers, told = self.ask(
                "POST", "/session", {"login": user["login"], "password": user["password"]}, {"X": "y"})
            if status != 201:
                return None
            self.session = {
                "user": user,
                "headers": {
                    "Cookie": headers["Set-Cookie"].split(";")[0], "X-Page-Code": told["pageCode"]}}
        return self.session

    def second_factor(self):
        """Begins a second factor for the session and gives its secret."""
        status, _, told = self.ask("POST", "/second-factor", headers=self.session["headers"])
        if status != 201:
            return None
        text = told["secret"]
        return base64.b32decode(text + "=" * (-len(text) % 8))

    def code(self, secret, later=0):
        return totp(secret, int(time.time()) // 30 + later)
