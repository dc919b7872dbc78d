#!/usr/bin/python3
"""What no tool checks in docker-compose.yml: the services are closed in, and no secret is written down."""
import pathlib
import sys

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ("auth-service", "user-service", "expense-service", "deserialize-service")


def faults(compose):
    services = compose["services"]
    for name in SERVICES:
        service = services.get(name)
        if not service:
            yield f"{name}: missing"
            continue
        if service.get("ports"):
            yield f"{name}: publishes a port; the gateway is the only way in"
        if service.get("container_name"):
            yield f"{name}: has a fixed container name, so it cannot be scaled"
        if not (TOP / name / "Dockerfile").exists():
            yield f"{name}/Dockerfile: missing"
        for key, value in service.get("environment", {}).items():
            secret = key == "DATABASE_URL" or key.endswith(("_PASSWORD", "_SECRET", "_KEY"))
            if secret and ":?" not in str(value):
                yield f"{name}: {key} does not demand its variable"
    for name, service in services.items():
        if "no-new-privileges:true" not in service.get("security_opt", []):
            yield f"{name}: may gain privileges"
        if not service.get("read_only") and name not in ("kafka", "postgres"):
            yield f"{name}: file system is writable"
        if ":latest" in service.get("image", "") or "image" in service and ":" not in service["image"]:
            yield f"{name}: image without a version"
        for port in service.get("ports", []):
            if not str(port).startswith(("127.0.0.1:", "${GATEWAY_ADDRESS:-127.0.0.1}:")):
                yield f"{name}: port {port} is not on loopback by default"


def main():
    found = list(faults(yaml.safe_load((TOP / "docker-compose.yml").read_text())))
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
