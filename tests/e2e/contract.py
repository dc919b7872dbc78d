"""Answers held against the openapi.yaml of their service."""
import pathlib
import re

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]


class Contract:
    def __init__(self, service):
        self.document = yaml.safe_load((TOP / f"{service}-service/openapi.yaml").read_text())
        base = self.document["servers"][0]["url"].rstrip("/")
        # Literal segments before {name}: /users/me is no {id}.
        self.paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", base + path) + "$"), item)
                      for path, item in sorted(self.document["paths"].items(), key=lambda row: row[0].count("{"))]

    def _resolve(self, node):
        while "$ref" in node:
            target = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def check(self, answer):
        """The answer has a status that is described, and a body of its schema."""
        path = answer.request.path_url.split("?")[0]
        item = next((item for pattern, item in self.paths if pattern.match(path)), None)
        if item is None or answer.request.method.lower() not in item:
            return  # a test of what is not there
        responses = item[answer.request.method.lower()]["responses"]
        response = self._resolve(responses.get(str(answer.status_code)) or responses["default"])
        content = response.get("content")
        if not content:
            assert not answer.content, (answer.request.method, path, answer.status_code, answer.text)
            return
        media = answer.headers["Content-Type"].split(";")[0]
        assert media in content, (path, media)
        # References are looked up in the document itself.
        schema = {**self.document, **content[media]["schema"]} if content[media].get("schema") else {}
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(answer.json())
