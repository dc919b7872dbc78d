#include "http/upload.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "http/lane.h"

enum { THREADS = 2 };

struct uploads {
    struct lane *lane;
    atomic_int *suspended;
    const atomic_bool *closed;
    atomic_int taken;
};

/* One request. Between suspend and resume it is the lane's; else libmicrohttpd's. */
struct upload {
    struct uploads *owner;
    struct call *call;
    struct MHD_Connection *connection;
    enum upload_stage {
        UPLOAD_BEGINS, /* the lane runs the handler */
        UPLOAD_READS,
        UPLOAD_STORES, /* the lane hands the piece over */
        UPLOAD_ENDS,   /* the lane makes the answer */
        UPLOAD_REFUSED_AT_ONCE,
    } stage;
    struct buf piece;
    size_t received, discarded;
    int64_t progress_until_us;
    size_t progress_at; /* received, when that was set */
};

static bool is_refused(const struct upload *upload)
{
    return upload->call->kind != CALL_RUN;
}

static void run(void *item)
{
    struct upload *upload = item;
    struct uploads *owner = upload->owner;
    struct call *call = upload->call;
    if (*owner->closed && !is_refused(upload))
        call_shed(call, "stopping", "the service is stopping");
    if (!is_refused(upload) && upload->stage == UPLOAD_BEGINS)
        call_upload_begin(call);
    if (!is_refused(upload) && upload->piece.len > 0)
        call_upload_piece(call, upload->piece.data, upload->piece.len);
    if (upload->piece.data != NULL)
        explicit_bzero(upload->piece.data, upload->piece.len);
    upload->piece.len = 0;
    /* A short body is read away first, so that its connection is kept. */
    if (upload->stage == UPLOAD_BEGINS && is_refused(upload) && !call->short_body)
        upload->stage = UPLOAD_REFUSED_AT_ONCE;
    if (upload->stage == UPLOAD_REFUSED_AT_ONCE || upload->stage == UPLOAD_ENDS) {
        call_complete(call);
        call_run(call);
    }
    MHD_resume_connection(upload->connection);
    /* Not when libmicrohttpd calls again, which may be never: the client has to send for that. What
     * is marked as resumed is so before libmicrohttpd ends. The upload may be gone by now. */
    atomic_fetch_sub(owner->suspended, 1);
}

/* false: the server is closed. */
static bool hand_over(struct upload *upload, enum upload_stage stage)
{
    struct uploads *owner = upload->owner;
    /* Counted before closed is read, as in server.c. The lane has a place for every upload. */
    atomic_fetch_add(owner->suspended, 1);
    if (*owner->closed || !lane_reserve(owner->lane)) {
        atomic_fetch_sub(owner->suspended, 1);
        return false;
    }
    upload->stage = stage;
    MHD_suspend_connection(upload->connection);
    lane_push(owner->lane, upload);
    return true;
}

static void set_progress(struct upload *upload)
{
    int64_t timeout_us = upload->call->conf->timeout_us;
    upload->progress_until_us = timeout_us > 0 ? time_mono_us() + timeout_us : INT64_MAX;
    upload->progress_at = upload->received;
}

struct uploads *uploads_new(atomic_int *suspended, const atomic_bool *closed)
{
    struct uploads *uploads = xcalloc(1, sizeof *uploads);
    uploads->suspended = suspended;
    uploads->closed = closed;
    uploads->lane =
        lane_new(&(struct lane_conf){.threads = THREADS, .queue = UPLOADS_MAX, .run = run});
    return uploads;
}

void uploads_free(struct uploads *uploads)
{
    if (uploads == NULL)
        return;
    lane_free(uploads->lane);
    free(uploads);
}

struct upload *upload_new(struct uploads *uploads, struct call *call,
                          struct MHD_Connection *connection)
{
    struct upload *upload = xcalloc(1, sizeof *upload);
    upload->owner = uploads;
    upload->call = call;
    upload->connection = connection;
    bool room = atomic_fetch_add(&uploads->taken, 1) < UPLOADS_MAX;
    if (room && hand_over(upload, UPLOAD_BEGINS))
        return upload;
    upload_free(upload);
    return NULL;
}

void upload_free(struct upload *upload)
{
    if (upload == NULL)
        return;
    atomic_fetch_sub(&upload->owner->taken, 1);
    buf_fini(&upload->piece);
    free(upload);
}

/* What is still sent to a call that failed on the way is read, so that its answer is: before the
 * end of a body libmicrohttpd sends none. */
static enum upload_next discard(struct upload *upload, size_t *len)
{
    upload->discarded += *len;
    *len = 0;
    bool too_large = upload->call->err.code == ERR_TOO_LARGE;
    size_t most = too_large ? CALL_DISCARD_MAX : upload->call->match.route->max_body;
    return upload->discarded > most ? UPLOAD_CUT : UPLOAD_ON;
}

static enum upload_next take(struct upload *upload, const char *data, size_t *len)
{
    if (time_mono_us() > upload->progress_until_us)
        return UPLOAD_CUT;
    size_t most = upload->call->match.route->max_body;
    if (!is_refused(upload) && upload->received + *len > most)
        call_refuse(upload->call, 0, ERR_TOO_LARGE, "body_too_large",
                    "the body is larger than this route takes");
    if (is_refused(upload))
        return discard(upload, len);
    size_t room = UPLOAD_PIECE - upload->piece.len, n = *len < room ? *len : room;
    buf_add(&upload->piece, data, n);
    *len -= n;
    upload->received += n;
    if (upload->received - upload->progress_at >= UPLOAD_PROGRESS)
        set_progress(upload);
    if (upload->piece.len < UPLOAD_PIECE)
        return UPLOAD_ON;
    return hand_over(upload, UPLOAD_STORES) ? UPLOAD_ON : UPLOAD_CUT;
}

enum upload_next upload_go(struct upload *upload, const char *data, size_t *len)
{
    switch (upload->stage) {
    case UPLOAD_ENDS:
    case UPLOAD_REFUSED_AT_ONCE:
        return UPLOAD_ANSWER;
    case UPLOAD_BEGINS: /* called anew for the headers, since that call was suspended */
        upload->stage = UPLOAD_READS;
        set_progress(upload);
        return UPLOAD_ON;
    case UPLOAD_STORES:
        upload->stage = UPLOAD_READS;
        set_progress(upload);
        break;
    case UPLOAD_READS:
        break;
    }
    if (*len > 0)
        return take(upload, data, len);
    return hand_over(upload, UPLOAD_ENDS) ? UPLOAD_ON : UPLOAD_CUT;
}
