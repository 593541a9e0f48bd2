"""The network address of a visitor: read here, and nowhere else.

Behind a reverse proxy every connection comes from the proxy; the address of the person is then the
one that the last trusted proxy wrote in `X-Forwarded-For` (`TRUSTED_PROXIES`, see
docs/deployment.md). What a visitor writes there before it is never believed.
"""

import ipaddress

from allauth.account.adapter import get_adapter

from django.http import HttpRequest

#: The smallest network that a provider gives to one home, in IPv6.
IPV6_PREFIX = 64


def address_of(request: HttpRequest) -> str:
    """The visitor's address, as kept with a signature. Raises PermissionDenied without one."""
    return str(get_adapter().get_client_ip(request))


def network_of(request: HttpRequest) -> str:
    """What counts as one visitor for limits: the address, or the whole /64 of an IPv6 one."""
    address = ipaddress.ip_address(address_of(request))
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/{IPV6_PREFIX}", strict=False).network_address)
    return str(address)
