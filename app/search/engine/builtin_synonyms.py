"""Ways of saying the same thing that hold on most help pages; staff add their own beside them."""

from __future__ import annotations

from collections.abc import Iterator

#: A lean, not an equation: the word as typed counts more than twice as much.
BUILT_IN_WEIGHT = 0.4

# One group a line. Only words that nearly always stand for each other in questions about
# software: a looser list finds more and puts the wrong article first more often.
_GROUPS = """
delete, remove, erase
get rid of, delete, remove
sign up, register, registration
email, message
picture, image, photo
phone, telephone, mobile
change, edit, modify, alter
update, upgrade
create, make, add
show, display, view
hide, conceal
find, search, locate
save, store, keep
restore, recover, retrieve
undo, revert
copy, duplicate, clone
share, send
stop, prevent, disable, deactivate
turn off, disable, deactivate
switch off, disable, deactivate
enable, activate
turn on, enable, activate
switch on, enable, activate
cancel, terminate
pay, payment
invoice, bill, receipt
price, pricing, cost, fee
subscription, plan
set up, setup, configure
backup, back up
settings, preferences, options
connect, link, integrate, integration
import, upload
export, download
error, problem, issue
fail, failure, error
not working, broken, problem
slow, lag, performance
user, person, people
computer, pc, laptop
website, site
sms, text
multiple, several, many
more than one, multiple, several
automatic, automatically, auto
block, ban
notification, alert, reminder
document, doc, file
folder, directory
schedule, timer
appointment, booking, reservation
customer, client
employee, staff
merge, combine
split, separate
move, transfer
limit, restrict, restriction
permission, rights
password, passcode
change the name, rename
reply, respond, answer
reset, restart
löschen, entfernen
anmelden, einloggen, login
abmelden, ausloggen, logout
registrieren, registrierung
konto erstellen, registrieren
ändern, bearbeiten, anpassen
rechnung, beleg, quittung
kündigen, kündigung, stornieren
bild, foto
einstellungen, optionen
fehler, problem, störung
passwort, kennwort
e-mail, mail
kunde, klient
termin, buchung
rückerstattung, erstattung
geld zurück, rückerstattung
nutzer, benutzer, anwender
"""


def built_in_groups() -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield each group of phrases with its weight."""
    for line in _GROUPS.strip().splitlines():
        yield tuple(phrase.strip() for phrase in line.split(",")), BUILT_IN_WEIGHT
