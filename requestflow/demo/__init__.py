"""Sample data: the register of a real city's 2014, ten made-up years after it, and living cases
dated from today."""

from requestflow.demo.accounts import ACCOUNTS, PASSWORD
from requestflow.demo.loading import Loaded, followed, load_demo
from requestflow.demo.years import load_years

__all__ = ["ACCOUNTS", "PASSWORD", "Loaded", "followed", "load_demo", "load_years"]
