"""Which address is which page."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from web.api.views import addresses
from web.pages import case, health, letter, login, rules, selfcheck, todo

urlpatterns = [
    path("api/", include(addresses())),
    path("", RedirectView.as_view(pattern_name="todo"), name="start"),
    path("health", health.health, name="health"),
    path("metrics", health.metrics, name="metrics"),
    path("login", login.sign_in, name="login"),
    path("logout", login.sign_out, name="logout"),
    path("todo", todo.todo, name="todo"),
    path("todo.csv", todo.table, name="todo-table"),
    path("selfcheck/", selfcheck.start, name="selfcheck-start"),
    path("selfcheck/<str:determination>", selfcheck.check, name="selfcheck"),
    path("selfcheck/<str:determination>/case.yaml", selfcheck.file, name="selfcheck-file"),
    path("rules", rules.clauses, name="rules"),
    path("case/<str:number>/", case.start, name="case"),
    path("letters", letter.desk, name="desk"),
    path("letters/<int:pk>", letter.show, name="letter"),
    path("letters/<int:pk>/<str:act>", letter.act, name="letter-act"),
    path("letters/<int:pk>/file/<str:form>", letter.file, name="letter-file"),
    path("case/<str:number>/letters", letter.of_case, name="letters"),
    path("case/<str:number>/letters/draft", letter.draft, name="letter-draft"),
    path("case/<str:number>/undo", case.undo, name="undo"),
    path("case/<str:number>/<str:determination>", case.show, name="determination"),
    path("case/<str:number>/<str:determination>/print", case.printed, name="printed"),
    path("case/<str:number>/<str:determination>/answer", case.answer, name="answer"),
]
handler400 = "web.faults.not_taken"
handler404 = "web.faults.not_found"
handler500 = "web.faults.internal"
