// SPDX-License-Identifier: MIT
#include "care/thanks.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "care/words.h"

#define WORDS_MOST 14

// One of these must be there: each between blanks.
static const char core_words[] =
	" capito cheers graz grazie grazissime grz ok okay okey oki perfect perfetto"
	" ricevuto ringraziamo ringraziare ringrazio risolto sistemato solved thank"
	" thanks thks thx tks tnx ty understood ";
// These may stand beside.
static const char filler_words[] =
	" 100 1000 a abbiamo adesso again aiuto all altrettanto anche and"
	" anticipatamente anticipo appreciate appreciated assai assistenza bene"
	" benissimo best bravissimi buon buona buonanotte buonasera buone buongiorno"
	" bye care chiarimento chiarissimo chiaro ciao clear cordiali cordialita"
	" cordialmente cortese cortesi cortesia cose d davvero day del dell della delle"
	" di disponibilita disturbo done e ed efficienti evening everything fast fatto"
	" fine for funziona gentile gentilezza gentili gentilissima gentilissimi"
	" gentilissimo giornata good got grande grandi great have help helping ho i il"
	" immensamente in indicazione indicazioni infinite info informazione"
	" informazioni kind l la lavoro le lot lots many mille million millions molte"
	" molto much nice notte now of ora ossequi ottima ottimo parte pazienza per"
	" posto precisazione preziosa prezioso problema professionalita prompt pronta"
	" quick rapida rapidissimi rapidita really regards reply response riscontro"
	" risposta s saluti sera serata si siete so soluzione stati subito super"
	" support supporto tante tanto team tempestiva tempestivita that the ti to"
	" today tt tutt tutta tutte tutti tutto u va veloce veloci velocissimi velocita"
	" vero very vi vivamente vivissimi voi vostra vostro weekend well wishes"
	" working works x you your ";
// What turns the others round is in neither list: non, not, niente, nothing, nessuno, ancora no,
// ma,
// but, pero, comunque.

// Pictures that say thanks by themselves.
static const uint32_t core_signs[] = {
	0x1f44d, 0x1f64f, 0x1f44c, 0x1f44f, 0x1f64c, 0x1f91d, 0x2764, 0x1f970, 0x1f60d, 0x1f618,
};
static const uint32_t friendly_signs[] = {
	0x1f60a, 0x1f600, 0x1f601, 0x1f603, 0x1f604, 0x1f642, 0x1f609, 0x263a,  0x1f389,
	0x1f38a, 0x1f4aa, 0x1f339, 0x1f490, 0x1f33a, 0x1f338, 0x2728,  0x2b50,  0x1f31f,
	0x1f499, 0x1f49a, 0x1f49b, 0x1f49c, 0x1f9e1, 0x1f5a4, 0x1f917, 0x1f607, 0x2714,
	0x2705,  0x1f51d, 0x1f4af, 0x1f617, 0x1f619, 0x1f61a, 0x1f929, 0x1f60e, 0x270c,
};

static bool is_among(const char *word, const char *list)
{
	char wanted[VD_WORD_BYTES + 2];
	snprintf(wanted, sizeof(wanted), " %s ", word);
	return strstr(list, wanted) != NULL;
}

static bool is_sign_among(uint32_t code, const uint32_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i] == code) {
			return true;
		}
	}
	return false;
}

// "grazieee", "okkk": the last letter once.
static void shorten(char *word)
{
	size_t n = strlen(word);
	while (n > 2 && word[n - 1] == word[n - 2] && word[n - 1] > '9') {
		word[--n] = '\0';
	}
}

enum said {
	SAID_SOMETHING_ELSE,
	SAID_BESIDE,
	SAID_THANKS,
};

static enum said judge_word(const char *text)
{
	if (is_among(text, core_words)) {
		return SAID_THANKS;
	}
	bool is_filler = is_among(text, filler_words);
	return is_filler ? SAID_BESIDE : SAID_SOMETHING_ELSE;
}

// What points at something, or asks, is more than thanks; so is a picture that we don't know.
static enum said judge_sign(uint32_t code)
{
	static const char quiet[] = "!.,;:-'\"()<>*^&~_";
	bool is_skin_or_joiner = (code >= 0x1f3fb && code <= 0x1f3ff) || code == 0xfe0f ||
				 code == 0x200d;
	bool is_typographic = code >= 0x2010 && code <= 0x2026;
	if (is_sign_among(code, core_signs, VD_ARRAY_LEN(core_signs))) {
		return SAID_THANKS;
	}
	if (is_skin_or_joiner || is_typographic ||
	    (code > 0 && code < 0x80 && strchr(quiet, (int)code)) ||
	    is_sign_among(code, friendly_signs, VD_ARRAY_LEN(friendly_signs))) {
		return SAID_BESIDE;
	}
	return SAID_SOMETHING_ELSE;
}

static enum said judge(struct vd_word *word)
{
	if (word->kind == VD_WORDS_NAME) {
		return SAID_BESIDE;
	}
	if (word->kind == VD_WORDS_SIGN) {
		return judge_sign(word->code);
	}
	enum said said = judge_word(word->text);
	if (said == SAID_SOMETHING_ELSE) {
		shorten(word->text);
		said = judge_word(word->text);
	}
	return said;
}

bool vd_text_is_thanks(struct vd_span text)
{
	bool is_thanks = false;
	size_t n = 0;
	struct vd_word word;
	while ((word = vd_words_next(&text)).kind != VD_WORDS_END) {
		enum said said = judge(&word);
		n += word.kind == VD_WORDS_WORD;
		if (said == SAID_SOMETHING_ELSE || n > WORDS_MOST) {
			return false;
		}
		is_thanks = is_thanks || said == SAID_THANKS;
	}
	return is_thanks;
}

bool vd_thanks_is_all(const struct vd_conversation *c)
{
	return c->state == VD_CONVERSATION_OPEN && c->is_thanks &&
	       vd_wall_is_set(c->waiting_since) && c->waiting_since.us == c->last_in.us;
}
