// SPDX-License-Identifier: MIT
/**
 * The rows of output/phrase.h: id, key, English, Italian.
 * Not to be included by others. A name of the domain stands as "group.name", with the name as
 * its module prints it.
 * Constant data: no time, no I/O.
 */
#ifndef VD_OUTPUT_PHRASE_TABLE_H
#define VD_OUTPUT_PHRASE_TABLE_H

// clang-format off
#define VD_PHRASE_TABLE(X) \
	X(OPEN, "open", "open", "aperte") \
	X(WAITING, "waiting", "waiting", "in attesa") \
	X(WARNING, "warning", "warning", "in avviso") \
	X(URGENT, "urgent", "urgent", "urgenti") \
	X(BREACHED, "breached", "breached", "scadute") \
	X(PARKED, "parked", "parked", "parcheggiate") \
	X(SHELVED, "shelved", "shelved", "rimandate") \
	X(SUPPRESSED, "suppressed", "suppressed", "soppresse") \
	X(OUT_OF_SERVICE, "out_of_service", "out of service", "fuori servizio") \
	X(SLEEP_OVER, "sleep_over", "would be left over night", "resterebbero per la notte") \
	X(RETURNED, "returned", "hand-overs returned", "consegne tornate") \
	X(PAUSE_ASKS, "pause_asks", "long pauses ask", "pause lunghe chiedono") \
	X(BLOCKED, "blocked", "channels blocked", "canali bloccati") \
	X(SECOND_LEVEL, "second_level", "SECOND LEVEL: nobody answered", \
		"SECONDO LIVELLO: nessuno ha risposto") \
	X(GONE, "gone", "over, nobody saw it", "finito, nessuno l'ha visto") \
	X(OUTBOX, "outbox", "replies on their way", "risposte in viaggio") \
	X(TODAY, "today", "today", "oggi") \
	X(ANSWERED, "answered", "answered", "risposte date") \
	X(FIRST_RESPONSE, "first_response", "first response", "prima risposta") \
	X(WAITS, "waits", "waits", "attende") \
	X(WAITED, "waited", "has waited", "in attesa da") \
	X(OPEN_HOURS, "open_hours", "open", "lavorative") \
	X(OPEN_SHORT, "open_short", "open", "lav.") \
	X(LEFT, "left", "left", "al termine") \
	X(OVER, "over", "over", "di ritardo") \
	X(UNTIL, "until", "until", "entro") \
	X(CLOSES, "closes", "channel closes", "il canale chiude") \
	X(CLOSED, "closed_channel", "channel closed", "canale chiuso") \
	X(WAS_DUE, "was_due", "was due", "scadeva") \
	X(NEVER, "never", "never", "mai") \
	X(NOT_KNOWN, "not_known_since", "not known since", "non noto dalle") \
	X(QUIET, "quiet", "unusually quiet", "insolitamente tranquillo") \
	X(NOT_KNOWN_YET, "not_known_yet", "not known yet", "non ancora noto") \
	X(NOBODY, "nobody_waits", "Nobody waits.", "Nessuno attende.") \
	X(PUBLIC_MODE, "public_mode", "public", "pubblico") \
	X(ACCOUNTS, "accounts", "accounts", "account") \
	X(LIGHT, "light", "light", "luce") \
	X(AND_BLIND, "and_blind", "and blind", "e cieca") \
	X(FAULTS, "faults", "faults", "guasti") \
	X(SERVICE_OPEN, "service_open", "service open", "servizio aperto") \
	X(CLOCK_UNTRUSTED, "clock_untrusted", "the time is not certain", "l'ora non è certa") \
	X(OLD_STATE, "old_state", "these figures are old", "questi dati sono vecchi") \
	X(CLAIMED_BY, "claimed_by", "claimed by", "presa da") \
	X(SEEN, "seen", "seen", "vista") \
	X(UNSEEN, "unseen", "unseen", "non vista") \
	X(KEYS, "keys", \
		"space: acknowledge  t: lamp test  q: quit", \
		"spazio: conferma  t: prova luce  q: esci") \
	X(MORE, "more", "more", "altre") \
	X(SERVER_SILENT, "server_silent", \
		"The box is silent. What you see is old.", \
		"L'apparecchio tace. Quello che vedi è vecchio.") \
	X(LAST_WORD, "last_word_at", "Last word at", "Ultima notizia alle") \
	X(STEADY_CALL, "steady_call", "Steady or dark: call.", "Fissa o spenta: chiama.") \
	X(SCAN_ME, "staff_page", "staff page", "pagina operatori") \
	X(LAMP_BREACHED, "lamp.breached", "breached", "scaduta") \
	X(LAMP_URGENT_UNSEEN, "lamp.urgent, unseen", "urgent", "urgente") \
	X(LAMP_BLIND, "lamp.blind", "blind", "cieca") \
	X(LAMP_WARNING_UNSEEN, "lamp.warning, unseen", "warning", "avviso") \
	X(LAMP_URGENT_SEEN, "lamp.urgent, seen", "urgent, seen", "urgente, vista") \
	X(LAMP_WARNING_SEEN, "lamp.warning, seen", "warning, seen", "avviso, visto") \
	X(LAMP_FLOOD, "lamp.flood", "flood or incident", "valanga o guasto") \
	X(LAMP_CLOSED, "lamp.closed", "service closed", "servizio chiuso") \
	X(LAMP_WATCHING, "lamp.watching", "watching", "di vedetta") \
	X(SEVERITY_NONE, "severity.none", "in time", "nei tempi") \
	X(SEVERITY_WARNING, "severity.warning", "warning", "avviso") \
	X(SEVERITY_URGENT, "severity.urgent", "urgent", "urgente") \
	X(SEVERITY_BREACHED, "severity.breached", "breached", "scaduta") \
	X(HEALTH_STARTING, "health.starting", "starting", "in avvio") \
	X(HEALTH_GOOD, "health.good", "good", "bene") \
	X(HEALTH_AUTH, "health.authorisation", \
		"authorisation refused", "autorizzazione rifiutata") \
	X(HEALTH_PERMISSION, "health.permission", "permission missing", "permesso mancante") \
	X(HEALTH_RATE, "health.rate", "rate limit", "limite di richieste") \
	X(HEALTH_MONEY, "health.money", "credit used up", "credito esaurito") \
	X(HEALTH_OUTAGE, "health.outage", "no connection", "nessun collegamento") \
	X(HEALTH_REFUSED, "health.refused", "refused", "rifiutato") \
	X(HEALTH_MALFORMED, "health.malformed", \
		"answers not understood", "risposte incomprensibili") \
	X(HEALTH_DISABLED, "health.disabled", "out of service", "fuori servizio") \
	X(TARGET_FIRST, "target.first", "first response", "prima risposta") \
	X(TARGET_NEXT, "target.next", "next response", "risposta seguente") \
	X(TARGET_CADENCE, "target.cadence", "next word", "prossimo contatto") \
	X(TARGET_RESOLUTION, "target.resolution", "resolution", "soluzione") \
	X(TARGET_CEILING, "target.ceiling", "ceiling", "termine ultimo") \
	X(TARGET_WINDOW, "target.window", "reply window", "finestra di risposta") \
	X(WINDOW_CLOSED, "window_closed", "reply window closed", "finestra di risposta chiusa") \
	X(KIND_TARGET, "kind.target", "target", "termine") \
	X(KIND_SLEEP_OVER, "kind.sleep-over", "sleep-over", "oltre la notte") \
	X(KIND_HAND_OVER, "kind.hand-over returned", "hand-over returned", "consegna tornata") \
	X(KIND_PAUSE, "kind.pause asks", "the pause asks", "la pausa chiede") \
	X(KIND_BLOCKED, "kind.channel blocked", "channel blocked", "canale bloccato") \
	X(KIND_CHANNEL, "kind.channel blind", "channel blind", "canale cieco") \
	X(KIND_CLOCK, "kind.clock untrusted", "clock not certain", "ora non certa") \
	X(KIND_STORE, "kind.store failing", "store failing", "archivio guasto") \
	X(KIND_CALENDAR, "kind.calendar fault", "calendar fault", "calendario errato") \
	X(KIND_OUTBOX, "kind.outbox stuck", "a reply is stuck", "una risposta è ferma") \
	X(KIND_TOKEN, "kind.token near its end", "token near its end", "token in scadenza") \
	X(KIND_MONEY, "kind.money near its end", "money near its end", "budget in esaurimento") \
	X(NETWORK_X, "network.x", "X", "X") \
	X(NETWORK_FACEBOOK, "network.facebook", "Facebook", "Facebook") \
	X(NETWORK_MASTODON, "network.mastodon", "Mastodon", "Mastodon") \
	X(STATE_OPEN, "state.open", "open", "aperta") \
	X(STATE_RESOLVED, "state.resolved", "resolved", "risolta") \
	X(STATE_WITHDRAWN, "state.withdrawn", "withdrawn", "ritirata") \
	X(STATE_MERGED, "state.merged", "merged", "unita a un'altra") \
	X(TSTATE_PAUSED, "tstate.paused", "paused", "in pausa") \
	X(TSTATE_ARMED, "tstate.armed", "running", "in corso") \
	X(TSTATE_MET, "tstate.met", "met", "rispettato") \
	X(TSTATE_BREACHED, "tstate.breached", "breached", "scaduto") \
	X(TSTATE_CLOSED, "tstate.closed", "closed", "chiusa") \
	X(TSTATE_LATE, "tstate.met, seen late", "met, seen late", "rispettato, visto tardi") \
	X(TSTATE_CANCELLED, "tstate.cancelled", "ended", "chiuso") \
	X(TSTATE_FAULT, "tstate.fault", \
		"the calendar never opens", "il calendario non apre mai") \
	X(REPLY_ANSWER, "reply.answer", "Answer", "Risposta") \
	X(REPLY_QUESTION, "reply.question", "Question", "Domanda") \
	X(REPLY_DEFLECTION, "reply.deflection", "Move elsewhere", "Sposta altrove") \
	X(REPLY_HOLDING, "reply.holding", "We are looking", "Stiamo verificando") \
	X(HINT_ANSWER, "hint.answer", "Ends the wait.", "Chiude l'attesa.") \
	X(HINT_QUESTION, "hint.question", \
		"Ends the wait; the customer has to say more.", \
		"Chiude l'attesa; il cliente deve dire altro.") \
	X(HINT_DEFLECTION, "hint.deflection", \
		"The wait goes on: a new deadline begins at once.", \
		"L'attesa continua: un nuovo termine parte subito.") \
	X(HINT_HOLDING, "hint.holding", \
		"The wait goes on: a new deadline begins at once.", \
		"L'attesa continua: un nuovo termine parte subito.") \
	X(OUT_QUEUED, "out.queued", "waits to be sent", "attende l'invio") \
	X(OUT_ATTEMPTED, "out.attempted", "is being sent", "in invio") \
	X(OUT_UNCERTAIN, "out.uncertain", \
		"is being looked up: it may have arrived", \
		"in verifica: potrebbe essere arrivata") \
	X(OUT_ASK, "out.ask", \
		"nobody knows whether it arrived. Look on the network, then say so.", \
		"non si sa se è arrivata. Guarda sulla rete, poi dillo qui.") \
	X(OUT_HELD, "out.held", \
		"is held: the customer wrote meanwhile. Read it, then send it anyway or take " \
		"it back.", \
		"è ferma: nel frattempo il cliente ha scritto. Leggete, poi inviatela " \
		"comunque o ritiratela.") \
	X(SEND_ANYWAY, "send-anyway", "Send anyway", "Invia comunque") \
	X(WITHDRAW, "withdraw", "Take it back", "Ritira") \
	X(OUT_SENT, "out.sent", "sent", "inviata") \
	X(OUT_FAILED, "out.failed", "was not sent", "non è stata inviata") \
	X(ASK_DM, "ask-dm", "Ask to write in private", "Chiedi di scrivere in privato") \
	X(ASK_DM_TEXT, "ask_dm_text", \
		"To help you we need some of your data: please send us a private message.", \
		"Per aiutarti ci servono alcuni tuoi dati: scrivici un messaggio " \
		"privato, grazie.") \
	X(SIGN_IN, "sign_in", "Sign in", "Entra") \
	X(SIGN_OUT, "sign_out", "Sign out", "Esci") \
	X(WHO_ARE_YOU, "who_are_you", "Who are you?", "Chi sei?") \
	X(YOUR_PIN, "your_pin", "Your PIN", "Il tuo PIN") \
	X(DELETE, "delete", "Delete", "Cancella") \
	X(BACK, "back", "Back", "Indietro") \
	X(NOT_ME, "not_me", "Somebody else", "Un'altra persona") \
	X(CONVERSATIONS, "conversations", "Conversations", "Conversazioni") \
	X(CONVERSATION, "conversation", "Conversation", "Conversazione") \
	X(ACK, "ack", "Acknowledge", "Conferma") \
	X(ACK_TOP, "ack_top", "Acknowledge the top alarm", "Conferma il primo allarme") \
	X(CLAIM, "claim", "Claim", "Prendi") \
	X(RELEASE, "release", "Release", "Lascia") \
	X(RESOLVE, "resolve", "Resolve", "Risolvi") \
	X(NO_REPLY_NEEDED, "no-reply-needed", "No reply needed", "Nessuna risposta dovuta") \
	X(RESET, "reset", "Put the breach away", "Archivia lo sforamento") \
	X(SHELVE, "shelve", "Shelve", "Rimanda") \
	X(MINUTES, "minutes", "open minutes", "minuti lavorativi") \
	X(REASON, "reason", "Reason", "Motivo") \
	X(CANCEL, "cancel", "Cancel", "Annulla") \
	X(CONFIRM, "confirm", "Do it", "Procedi") \
	X(REPLY, "reply", "Reply", "Rispondi") \
	X(SEND, "send", "Send", "Invia") \
	X(SEND_PUBLIC, "send_public", "Send in public", "Invia in pubblico") \
	X(SEND_PRIVATE, "send_private", "Send in private", "Invia in privato") \
	X(IS_PUBLIC, "is_public", \
		"Public: everybody can read it.", "Pubblico: tutti possono leggerlo.") \
	X(IS_PRIVATE, "is_private", \
		"Private: only the customer reads it.", "Privato: lo legge solo il cliente.") \
	X(VIS_PUBLIC, "public", "public", "pubblico") \
	X(VIS_PRIVATE, "private", "private", "privato") \
	X(PRIVATE_LINE, "private_line", "private message", "messaggio privato") \
	X(YOUR_REPLY, "your_reply", "Your reply", "La tua risposta") \
	X(KIND_OF_REPLY, "kind_of_reply", "What kind of reply is it?", "Che risposta è?") \
	X(MORE_ACTIONS, "more_actions", "More", "Altro") \
	X(ARRIVED, "arrived", "It arrived", "È arrivata") \
	X(NOT_ARRIVED, "not_arrived", "It did not arrive", "Non è arrivata") \
	X(OTHER_CASES, "other_cases", "Other cases of this person", \
	  "Altri casi di questa persona") \
	X(SAME_PERSON, "same_person", "the same person", "la stessa persona") \
	X(SAID_SAME, "said_same", "the same person, says", "la stessa persona, dice") \
	X(PERHAPS_SAME, "perhaps_same", "perhaps the same person", "forse la stessa persona") \
	X(SAME_NAME, "same_name", "same name", "stesso nome") \
	X(SAYS_SO, "says_so", "his own words", "lo dice lui") \
	X(LINK, "link", "It is the same person", "È la stessa persona") \
	X(UNLINK, "unlink", "It is somebody else", "È un'altra persona") \
	X(FOLLOWERS, "followers", "Followers", "Chi ci segue") \
	X(ATTACHED, "attached", "attached", "allegati") \
	X(NOT_LISTED, "not_listed", "not listed", "non elencati") \
	X(PASSED_ON, "passed_on", "passed on", "condivisioni") \
	X(QUOTED, "quoted", "quoted", "citazioni") \
	X(ATTACHMENT_PHOTO, "attachment.photo", "photo", "foto") \
	X(ATTACHMENT_VIDEO, "attachment.video", "video", "video") \
	X(ATTACHMENT_GIF, "attachment.gif", "GIF", "GIF") \
	X(ATTACHMENT_AUDIO, "attachment.audio", "audio", "audio") \
	X(ATTACHMENT_FILE, "attachment.file", "file", "file") \
	X(ATTACHMENT_LINK, "attachment.link", "link", "link") \
	X(ATTACHMENT_STICKER, "attachment.sticker", "sticker", "adesivo") \
	X(ATTACHMENT_POLL, "attachment.poll", "poll", "sondaggio") \
	X(DAYS_SHORT, "days_short", "d", "gg") \
	X(BEHIND, "behind_plan", \
		"polling is behind its plan by", "lettura in ritardo sul piano di") \
	X(EDITED_TEXT, "edited_text", "edited by the customer", "modificato dal cliente") \
	X(DELETED_TEXT, "deleted_text", "deleted by the customer", "cancellato dal cliente") \
	X(REPEAT_OF, "repeat_of", "writes again after", "scrive di nuovo dopo") \
	X(DONE, "done", "Done.", "Fatto.") \
	X(QUEUED, "queued", "The reply is on its way.", "La risposta è in viaggio.") \
	X(NO_CONNECTION, "no_connection", \
		"No connection to the box. Nothing was done.", \
		"Nessun collegamento con l'apparecchio. Non è stato fatto nulla.") \
	X(SIGNED_OUT, "signed_out", \
		"You were signed out. Sign in again; your text is kept.", \
		"La sessione è finita. Entra di nuovo; il tuo testo è conservato.") \
	X(NEW_MESSAGES, "new_messages", \
		"New messages came. Read them before you send.", \
		"Sono arrivati nuovi messaggi. Leggili prima di inviare.") \
	X(LIVE, "live", "live", "in diretta") \
	X(MINE, "mine", "Mine", "Mie") \
	X(ALL, "all", "All", "Tutte") \
	X(OPENED, "opened", "opened", "aperta") \
	X(DUE, "due", "due", "scadenza") \
	X(CLOCKS, "clocks", "Clocks", "Tempi") \
	X(MESSAGES, "messages", "Messages", "Messaggi") \
	X(DO_OFFER, "offer", "Hand over", "Passa a un altro account") \
	X(DO_ACCEPT, "accept", "Take it over", "Accetta") \
	X(DO_DECLINE, "decline", "Decline", "Rifiuta") \
	X(OFFERED_TO, "offered_to", "offered to", "offerta a") \
	X(TO_ACCOUNT, "to_account", "To which account?", "A quale account?") \
	X(HOLDER, "holder", "In charge", "In carico a") \
	X(PAUSED, "paused", "paused", "in pausa") \
	X(MUST_ACT, "customer_must_act", \
		"The customer must act, since", "Tocca al cliente, dalle") \
	X(GOES_ON, "does_it_go_on", "does it go on?", "continua?") \
	X(DO_RESUME, "resume", "We act again", "Tocca di nuovo a noi") \
	X(DO_KEEP_PAUSE, "keep-pause", "Keep waiting", "Continua ad attendere") \
	X(READS_LIKE_THANKS, "reads_like_thanks", \
		"The last word reads like thanks.", "L'ultima parola sembra un grazie.") \
	X(THANKS_REASON, "thanks_reason", "thanks", "ringraziamento") \
	X(THANKS_MARK, "thanks_mark", "thanks?", "grazie?") \
	X(DO_NO_REPLY, "do.no reply needed", "No reply needed", "Nessuna risposta dovuta") \
	X(GOES_ON_IN, "goes_on_in", "Goes on in conversation", "Continua nella conversazione") \
	X(DO_MERGE, "merge", "Merge into another", "Unisci a un'altra") \
	X(DO_SPLIT, "split", "Split off messages", "Separa dei messaggi") \
	X(SPLIT_HINT, "split_hint", \
		"They become a case of their own, with their own stamps.", \
		"Diventano un caso a sé, con i loro orari.") \
	X(DO_TOPIC, "topic", "Topic", "Argomento") \
	X(DO_UNSHELVE, "unshelve", "Bring it back", "Riprendi") \
	X(DO_LOOSEN, "loosen", "A later deadline", "Proroga la scadenza") \
	X(INCIDENT, "incident", "Incident", "Guasto dichiarato") \
	X(DO_INCIDENT_ADD, "incident-add", "It belongs to an incident", "Fa parte di un guasto") \
	X(DO_INCIDENT_REMOVE, "incident-remove", \
		"It is no part of the incident", "Non fa parte del guasto") \
	X(INCIDENTS, "incidents", "Declared incidents", "Guasti dichiarati") \
	X(INCIDENT_DECLARE, "incident-declare", \
		"Declare an incident", "Dichiara un guasto") \
	X(INCIDENT_END, "incident-end", "It is over", "È finito") \
	X(INCIDENT_ENDING, "incident_ending", \
		"its cases are coming back", "i suoi casi stanno tornando") \
	X(INCIDENT_TEXT, "incident_text", "What colleagues are told", "Che cosa sanno i colleghi") \
	X(BRAND, "brand", "Brand", "Marchio") \
	X(ANY, "any", "any", "tutti") \
	X(ENDS_AFTER, "ends_after", \
		"Ends by itself after minutes (empty: when somebody says so)", \
		"Finisce da solo dopo minuti (vuoto: quando lo si dice)") \
	X(NO_INCIDENT, "no_incident", "No incident is declared.", "Nessun guasto dichiarato.") \
	X(PROMISED, "promised", "promised for", "promessa per") \
	X(PARKED_SHELVED, "parked.shelved", "shelved", "rimandata") \
	X(PARKED_INCIDENT, "parked.incident", "incident", "guasto dichiarato") \
	X(PARKED_HOURS, "parked.hours", "closed", "chiuso") \
	X(LADDER_SOUND, "ladder.sound", "sounds", "suona") \
	X(LADDER_SECOND, "ladder.second level", "second level", "secondo livello") \
	X(ACCOUNT_TITLE, "account_title", "Accounts and sign-ins", "Account e accessi") \
	X(ACCOUNT_SET, "account_set", "set on", "impostato il") \
	X(ACCOUNT_FILE, "account_file", "from a file of the technician's", \
	  "da un file del tecnico") \
	X(ACCOUNT_NOBODY, "account_nobody", "nobody is signed in", "nessuno ha fatto l'accesso") \
	X(ACCOUNT_BEGIN, "account_begin", "Sign in at the network", "Accedi alla rete") \
	X(ACCOUNT_FINISH, "account_finish", "Finish signing in", "Completa l'accesso") \
	X(ACCOUNT_PASTE, "account_paste", \
		"The whole address that followed, or the code (X: within 30 s)", \
		"L'indirizzo intero che segue, o il codice (X: entro 30 s)") \
	X(ACCOUNT_OPEN, "account_open", \
		"Open the network's page and allow it", "Apri la pagina della rete e consenti") \
	X(ACCOUNT_TOKEN, "account_token", "Paste a token", "Incolla un token") \
	X(ACCOUNT_CHECK, "account_check", "Try it", "Prova") \
	X(ACCOUNT_REMOVE, "account_remove", "Sign out", "Esci dall'account")
// clang-format on

#endif
