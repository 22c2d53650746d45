// SPDX-License-Identifier: MIT
#include "output/wall_term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/utf8.h"

#define FRAME_BYTES ((size_t)1 << 20)
#define PATH_BYTES 128
// Alternate screen, no cursor, no wrapping; and back. CAN ends a sequence that was cut off.
#define ENTER "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
#define LEAVE "\x18\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
// Terminals that know synchronised output show the whole frame at once; others ignore it.
#define SYNC_BEGIN "\x1b[?2026h"
#define SYNC_END "\x1b[?2026l"

enum key_state {
	KEY_PLAIN,
	KEY_ESCAPE,   // after ESC
	KEY_SEQUENCE, // after ESC [ or ESC O: until its final byte
};

struct vd_wall_term {
	struct vd_wall_term_config config;
	struct vd_wall_size size;
	struct vd_lamp_frame lamp;
	int fd; // own description of the terminal: non-blocking without harm to the shell's
	struct termios saved;
	bool is_raw;
	bool owns_fd;
	int saved_flags; // of fd_out, where it had to be used itself
	struct vd_watch in;
	struct vd_watch out;
	struct vd_buf frame;   // being made
	struct vd_buf shown;   // what the terminal holds, or will when `pending` is out
	struct vd_buf pending; // not written yet
	bool is_late;          // a draw was left out meanwhile
	enum key_state key_state;
	char key_bytes[8];
	size_t n_key_bytes;
};

// ---- drawing ------------------------------------------------------------------------------------

static void read_size(struct vd_wall_term *wall)
{
	struct winsize ws;
	struct vd_wall_size size = { 80, 24 };
	if (ioctl(wall->fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 && ws.ws_row > 0) {
		size.columns = ws.ws_col;
		size.rows = ws.ws_row;
	}
	size.columns = size.columns < 40 ? 40 : size.columns > 400 ? 400 : size.columns;
	size.rows = size.rows < 10 ? 10 : size.rows > 200 ? 200 : size.rows;
	wall->size = size;
}

// True when all is out.
static bool flush(struct vd_wall_term *wall)
{
	while (wall->pending.len > 0) {
		ssize_t n = write(wall->fd, wall->pending.data, wall->pending.len);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && errno == EAGAIN) {
			wall->out.events = VD_LOOP_WRITE;
			(void)!vd_loop_watch(wall->config.loop, &wall->out);
			return false;
		}
		if (n <= 0) { // the terminal is gone: nobody looks
			vd_buf_reset(&wall->pending);
			break;
		}
		vd_buf_consume(&wall->pending, (size_t)n);
	}
	vd_loop_unwatch(wall->config.loop, &wall->out);
	return true;
}

static void put_changed(struct vd_wall_term *wall)
{
	struct vd_span now = vd_buf_span(&wall->frame);
	struct vd_span before = vd_buf_span(&wall->shown);
	bool has_any = false;
	for (unsigned row = 1; now.p != NULL; row++) {
		struct vd_span line = vd_span_cut(&now, '\n');
		struct vd_span old = before.p != NULL ? vd_span_cut(&before, '\n') : before;
		if (old.p != NULL && vd_span_is_equal(line, old)) {
			continue;
		}
		if (!has_any) {
			vd_buf_put_text(&wall->pending, SYNC_BEGIN);
			has_any = true;
		}
		vd_buf_printf(&wall->pending, "\x1b[%u;1H", row);
		vd_buf_put_span(&wall->pending, line);
	}
	if (has_any) {
		vd_buf_put_text(&wall->pending, SYNC_END);
	}
}

void vd_wall_term_draw(struct vd_wall_term *wall)
{
	const struct vd_desk_port *port = wall->config.port;
	if (wall->pending.len > 0) { // a slow terminal gets the newest frame, not each one
		wall->is_late = true;
		return;
	}
	vd_buf_reset(&wall->frame);
	vd_wall_term_render(port->view(port->ctx), &wall->lamp, wall->size, wall->config.lang,
			    wall->config.footer, &wall->frame);
	if (vd_buf_check(&wall->frame) != VD_OK) {
		return;
	}
	put_changed(wall);
	struct vd_buf swap = wall->shown;
	wall->shown = wall->frame;
	wall->frame = swap;
	(void)flush(wall);
}

static void on_writable(void *ctx, int revents)
{
	(void)revents;
	struct vd_wall_term *wall = ctx;
	if (flush(wall) && wall->is_late) {
		wall->is_late = false;
		vd_wall_term_draw(wall);
	}
}

void vd_wall_term_resized(struct vd_wall_term *wall)
{
	read_size(wall);
	vd_buf_reset(&wall->shown); // nothing of it is where it was
	vd_buf_put_text(&wall->pending, "\x1b[0m\x1b[2J");
	if (flush(wall)) {
		vd_wall_term_draw(wall);
	} else {
		wall->is_late = true;
	}
}

// ---- keys ---------------------------------------------------------------------------------------

static void tell_key(struct vd_wall_term *wall)
{
	struct vd_span rest = vd_span_make(wall->key_bytes, wall->n_key_bytes);
	uint32_t code_point;
	wall->n_key_bytes = 0;
	while (vd_utf8_next(&rest, &code_point)) {
		wall->config.key(wall->config.ctx, code_point);
	}
}

// Bytes that a character has, by its first one.
static size_t length_of(unsigned char first)
{
	return first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 1;
}

static void take_plain(struct vd_wall_term *wall, char c)
{
	if (c == 0x1B) {
		wall->key_state = KEY_ESCAPE;
		return;
	}
	wall->key_bytes[wall->n_key_bytes++] = c;
	if (wall->n_key_bytes >= length_of((unsigned char)wall->key_bytes[0])) {
		tell_key(wall);
	}
}

// Arrows, functions and answers of the terminal are no keys of ours.
static void take_byte(struct vd_wall_term *wall, char c)
{
	switch (wall->key_state) {
	case KEY_PLAIN:
		take_plain(wall, c);
		break;
	case KEY_ESCAPE:
		wall->key_state = c == '[' || c == 'O' ? KEY_SEQUENCE : KEY_PLAIN;
		break;
	case KEY_SEQUENCE:
		if (c >= 0x40 && c <= 0x7E) {
			wall->key_state = KEY_PLAIN;
		}
		break;
	}
}

static void on_input(void *ctx, int revents)
{
	(void)revents;
	struct vd_wall_term *wall = ctx;
	char bytes[64];
	ssize_t n = read(wall->config.fd_in, bytes, sizeof(bytes));
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (n <= 0) {
		vd_loop_unwatch(wall->config.loop, &wall->in);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		take_byte(wall, bytes[i]);
	}
	if (wall->key_state == KEY_ESCAPE) {
		wall->key_state = KEY_PLAIN; // the Escape key alone
	}
}

static void enter_raw(struct vd_wall_term *wall)
{
	struct termios raw;
	if (!isatty(wall->config.fd_in) || tcgetattr(wall->config.fd_in, &wall->saved) != 0) {
		return;
	}
	raw = wall->saved;
	raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
	raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	wall->is_raw = tcsetattr(wall->config.fd_in, TCSANOW, &raw) == 0;
}

// ---- the terminal -------------------------------------------------------------------------------

// A description of our own, so that O_NONBLOCK does not outlive us in the shell's.
static enum vd_err open_out(struct vd_wall_term *wall, struct vd_diag *diag)
{
	char path[PATH_BYTES];
	int fd = wall->config.fd_out;
	if (isatty(fd) && ttyname_r(fd, path, sizeof(path)) == 0) {
		wall->fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		wall->owns_fd = wall->fd >= 0;
	}
	if (wall->owns_fd) {
		return VD_OK;
	}
	wall->fd = fd;
	wall->saved_flags = fcntl(fd, F_GETFL);
	if (wall->saved_flags < 0 || fcntl(fd, F_SETFL, wall->saved_flags | O_NONBLOCK) != 0) {
		return vd_diag_set(diag, VD_ERR_IO, "the terminal can't be written to: %s",
				   strerror(errno));
	}
	return VD_OK;
}

enum vd_err vd_wall_term_create(const struct vd_wall_term_config *config, struct vd_wall_term **out,
				struct vd_diag *diag)
{
	struct vd_wall_term *wall = calloc(1, sizeof(*wall));
	if (wall == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the wall");
	}
	wall->config = *config;
	enum vd_err err = open_out(wall, diag);
	if (err != VD_OK) {
		free(wall);
		return err;
	}
	vd_buf_init_heap(&wall->frame, FRAME_BYTES);
	vd_buf_init_heap(&wall->shown, FRAME_BYTES);
	vd_buf_init_heap(&wall->pending, 2 * FRAME_BYTES);
	wall->in = (struct vd_watch){
		.fd = config->fd_in, .events = VD_LOOP_READ, .ctx = wall, .ready = on_input
	};
	wall->out = (struct vd_watch){ .fd = wall->fd, .ctx = wall, .ready = on_writable };
	read_size(wall);
	enter_raw(wall);
	if (wall->is_raw && config->key != NULL) {
		err = vd_loop_watch(config->loop, &wall->in);
	}
	if (err != VD_OK) {
		vd_wall_term_destroy(wall);
		return vd_diag_set(diag, err, "the keyboard can't be watched");
	}
	vd_buf_put_text(&wall->pending, ENTER);
	(void)flush(wall);
	*out = wall;
	return VD_OK;
}

void vd_wall_term_destroy(struct vd_wall_term *wall)
{
	if (wall == NULL) {
		return;
	}
	vd_loop_unwatch(wall->config.loop, &wall->in);
	vd_loop_unwatch(wall->config.loop, &wall->out);
	// Now it may wait: the shell wants its screen back.
	int flags = fcntl(wall->fd, F_GETFL);
	(void)fcntl(wall->fd, F_SETFL, flags & ~O_NONBLOCK);
	(void)!write(wall->fd, LEAVE, sizeof(LEAVE) - 1);
	if (wall->is_raw) {
		(void)tcsetattr(wall->config.fd_in, TCSANOW, &wall->saved);
	}
	if (wall->owns_fd) {
		close(wall->fd);
	} else {
		(void)fcntl(wall->fd, F_SETFL, wall->saved_flags);
	}
	vd_buf_deinit(&wall->frame);
	vd_buf_deinit(&wall->shown);
	vd_buf_deinit(&wall->pending);
	free(wall);
}

// ---- the lamp in its corner ---------------------------------------------------------------------

static enum vd_err show_lamp(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag)
{
	(void)diag;
	struct vd_wall_term *wall = ctx;
	wall->lamp = *frame;
	vd_wall_term_draw(wall);
	return VD_OK;
}

static void close_lamp(void *ctx)
{
	struct vd_wall_term *wall = ctx;
	wall->lamp = (struct vd_lamp_frame){ .colour = VD_COLOUR_DARK };
}

struct vd_lamp_sink vd_wall_term_lamp(struct vd_wall_term *wall)
{
	return (struct vd_lamp_sink){
		.ctx = wall,
		.caps = { .has_white = true, .has_blue = true, .can_dim = true },
		.show = show_lamp,
		.close = close_lamp,
	};
}

// ---- the bell -----------------------------------------------------------------------------------

static enum vd_err ring(void *ctx, uint16_t hz, struct vd_diag *diag)
{
	struct vd_wall_term *wall = ctx;
	(void)diag;
	if (hz > 0) {
		vd_buf_put_char(&wall->pending, '\a');
		(void)flush(wall);
	}
	return VD_OK;
}

static void close_bell(void *ctx)
{
	(void)ctx; // the wall is its owner's
}

struct vd_sound_sink vd_wall_term_sound(struct vd_wall_term *wall)
{
	return (struct vd_sound_sink){ .ctx = wall, .play = ring, .close = close_bell };
}
