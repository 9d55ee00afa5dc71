"""Sample data: the register of a real city's 2014, and living cases dated from today."""

from requestflow.demo.accounts import ACCOUNTS, PASSWORD
from requestflow.demo.loading import Loaded, followed, load_demo

__all__ = ["ACCOUNTS", "PASSWORD", "Loaded", "followed", "load_demo"]
