// SPDX-License-Identifier: MIT
// R37: what is proposed as "no reply needed", and what never is.
#include "unit.h"

#include <stdio.h>

#include "care/thanks.h"
#include "care/words.h"

static const char *const thanks[] = {
	"grazie",
	"Grazie mille!",
	"GRAZIE MILLE",
	"grazieeee",
	"Graziee!!! 😊",
	"ok perfetto, grazie",
	"Ok grazie",
	"ok",
	"Ok!",
	"okkk",
	"Perfetto 👍",
	"👍",
	"👍🏻👍🏻",
	"🙏🙏🙏",
	"❤️",
	"@TIM4UStaff grazie mille, gentilissimi",
	"@TIM4UStaff @TelecomItalia ok perfetto grazie",
	"Grazie infinite per l'aiuto!",
	"Grazie per la risposta",
	"grazie x la risposta",
	"Grazie della disponibilità, buona giornata",
	"vi ringrazio, buona serata",
	"La ringrazio",
	"Tutto ok, grazie!",
	"Ora funziona, grazie mille!!",
	"risolto, grazie",
	"Problema risolto grazie",
	"Capito, grazie mille per la pazienza",
	"Ho capito, grazie",
	"grazie 1000",
	"Grazie anche a voi",
	"Grazie a tutti, siete stati gentilissimi e veloci 🎉",
	"ottimo, grazie",
	"Grazie e buon lavoro",
	"va benissimo grazie",
	"Thanks",
	"Thanks a lot!",
	"thank you so much 🙏",
	"thx",
	"ty!!",
	"Thank you very much for your help",
	"Ok, understood, thanks again",
	"Great, thanks!",
	"All good now, thank you",
	"Solved, cheers",
	"Perfect, thanks for the quick reply",
	"“Grazie!”",
	"grazie…",
};

static const char *const others[] = {
	"",
	"   ",
	"!!!",
	"😊",
	"@TIM4UStaff",
	"grazie per niente",
	"Grazie di niente!",
	"grazie lo stesso",
	"no grazie",
	"grazie ma non funziona",
	"Grazie, ma la linea è ancora giù",
	"ok, e quindi",
	"ok?",
	"Grazie, quando arriva il tecnico?",
	"Grazie? 😡",
	"grazie 👎",
	"grazie 🙄",
	"grazie 🤬",
	"Grazie al cavolo",
	"grazie tante, sono tre giorni che aspetto",
	"bel servizio, grazie",
	"complimenti",
	"Complimenti per il servizio",
	"ottimo servizio",
	"che vergogna",
	"non funziona",
	"ora non funziona più, grazie",
	"ok ma quando",
	"ok riprovo domani",
	"Grazie, ecco il numero 0612345678",
	"Grazie, vi scrivo in DM",
	"grazie https://example.com/foto",
	"Thanks for nothing",
	"thanks but it still does not work",
	"no thanks",
	"ok so what now",
	"Thank you, however my line is down again",
	"great, still down",
	"thanks to you I lost a day of work",
	"perfetto, di male in peggio",
	"la linea è giù",
	"buongiorno",
	"ciao",
	"grazie grazie grazie grazie grazie grazie grazie grazie grazie grazie grazie grazie "
	"grazie grazie grazie",
	"спасибо большое",
	"\xff\xfe grazie",
	"grazie ？",
	"chiudo il contratto, grazie",
	"Grazie, ho capito che non vi interessa",
	"ok aspetto",
};

static void thanks_are_proposed(void **state)
{
	(void)state;
	assert_true(VD_ARRAY_LEN(thanks) + VD_ARRAY_LEN(others) >= 60);
	for (size_t i = 0; i < VD_ARRAY_LEN(thanks); i++) {
		if (!vd_text_is_thanks(vd_span_of(thanks[i]))) {
			fail_msg("not thanks: %s", thanks[i]);
		}
	}
}

static void anything_else_is_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(others); i++) {
		if (vd_text_is_thanks(vd_span_of(others[i]))) {
			fail_msg("thanks: %s", others[i]);
		}
	}
}

// Whatever else is said beside thanks, a question is a question.
static void a_question_mark_ends_every_proposal(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(thanks); i++) {
		char text[256];
		snprintf(text, sizeof(text), "%s?", thanks[i]);
		assert_false(vd_text_is_thanks(vd_span_of(text)));
	}
}

static const struct {
	const char *text;
	const char *phrase;
	bool has;
} phrases[] = {
	{ "@TIM la linea è GIÙ da ieri", "linea e giu", true },
	{ "la linea, è giù", "linea è giù", true },
	{ "la linea non è giù", "linea è giù", false },
	{ "tutti i guasti", "guast*", true },
	{ "il guasto", "guast*", true },
	{ "il guasto", "guasti", false },
	{ "linea", "linea giù", false },
	{ "l'internet", "internet", true },
	{ "perche\xcc\x81", "perché", true }, // the accent stands behind its letter
	{ "qualcosa", "", false },
	{ "qualcosa", " ,; ", false },
	{ "", "qualcosa", false },
	{ "Straße", "strasse", false },      // no language is known
	{ "@guasto ciao", "guasto", false }, // a name is no word
};

static void phrases_are_found_whatever_the_accents(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(phrases); i++) {
		bool has = vd_words_has(vd_span_of(phrases[i].text), vd_span_of(phrases[i].phrase));
		if (has != phrases[i].has) {
			fail_msg("\"%s\" in \"%s\": %d", phrases[i].phrase, phrases[i].text, has);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thanks_are_proposed),
		cmocka_unit_test(anything_else_is_not),
		cmocka_unit_test(a_question_mark_ends_every_proposal),
		cmocka_unit_test(phrases_are_found_whatever_the_accents),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
