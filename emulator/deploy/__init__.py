"""Ships what ran here: the SAM CLI for AWS, Docker Compose for LocalStack with one container per system."""

from emulator.deploy.compose import compose_down, compose_up
from emulator.deploy.deployment import Deployment, deploy
from emulator.deploy.sam_cli import SamCli, installed

__all__ = ["Deployment", "SamCli", "compose_down", "compose_up", "deploy", "installed"]
