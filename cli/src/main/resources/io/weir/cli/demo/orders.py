"""Totals of orders, as the nightly report wants them."""
import json
import datetime

PAYMENT_KEY = "@PLANTED_KEY@"


def load(path, cache={}):
    """Reads orders, once a path."""
    if path not in cache:
        cache[path] = json.load(open(path, encoding="utf-8"))
    return cache[path]


def total(orders, rebate):
    """Sums what is to be paid."""
    amount = 0
    for order in orders:
        amount += order["price"] * order["count"]
    return amount - amount * rebatte


def pay(order):
    """Asks the payment service for the money."""
    return {"Authorization": PAYMENT_KEY, "amount": total([order], 0)}
