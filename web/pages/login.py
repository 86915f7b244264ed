"""Signing in and out. What is said never tells which of name and password was wrong."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from web.settings import PROXIED


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it: a new session, and the page that was asked for."""
    going = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST":
        name, password = request.POST.get("username", "")[:64], request.POST.get("password", "")[:256]
        person = authenticate(request, username=name, password=password)
        if person is not None:
            login(request, person)
            ours = url_has_allowed_host_and_scheme(going, {request.get_host()}, require_https=request.is_secure())
            return HttpResponseRedirect(going) if going and ours else redirect("todo")
        said = "登录名或密码不对"
        return render(request, "web/login.html", {"said": said, "next": going, "login": name}, status=401)
    if request.user.is_authenticated:
        return redirect("todo")
    said = "没有存上：登录已经过期。登录以后回到原来那一页，请再填一次" if "late" in request.GET else ""
    return render(request, "web/login.html", {"said": said, "next": going, "login": ""})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("login")


def address(request: HttpRequest) -> str:
    """From which machine somebody asks: the one that the office's own nginx saw, where there is one before us."""
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if PROXIED else ""
    return said or str(request.META.get("REMOTE_ADDR", ""))


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Too many wrong passwords under one name from one machine."""
    said = "试错太多次，这台机器用这个登录名的，十五分钟以后再试"
    return render(request, "web/login.html", {"said": said, "next": "", "login": ""}, status=429)
