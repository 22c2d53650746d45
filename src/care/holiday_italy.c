// SPDX-License-Identifier: MIT
#include "care/holiday.h"

#include "base/attr.h"

// Law 260/1949 and its changes: Epiphany came back in 1986, 2 June in 2001, 4 October in 2026.
static const struct vd_holiday_rule rules[] = {
	{ 1, 1, 1949, "Capodanno" },          { 1, 6, 1986, "Epifania" },
	{ 0, 1, 1949, "Lunedì dell'Angelo" }, { 4, 25, 1949, "Festa della Liberazione" },
	{ 5, 1, 1949, "Festa del Lavoro" },   { 6, 2, 2001, "Festa della Repubblica" },
	{ 8, 15, 1949, "Ferragosto" },        { 10, 4, 2026, "San Francesco d'Assisi" },
	{ 11, 1, 1949, "Ognissanti" },        { 12, 8, 1949, "Immacolata Concezione" },
	{ 12, 25, 1949, "Natale" },           { 12, 26, 1949, "Santo Stefano" },
};

const struct vd_holiday_set vd_holiday_italy = { "italy", rules, VD_ARRAY_LEN(rules) };
