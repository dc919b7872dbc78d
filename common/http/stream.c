#include "http/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/lane.h"

enum { BLOCK = 64 * 1024 };

struct streams {
    struct svc *svc;
    struct lane *lane; /* one thread: the pieces of all answers in turn */
    atomic_int *suspended;
    const atomic_bool *closed;
    atomic_int taken;
};

/* One answer. While filling, it is the lane's; else libmicrohttpd's. */
struct stream {
    struct streams *owner;
    struct MHD_Connection *connection;
    struct resp_stream source;
    struct buf piece;
    int64_t piece_at; /* offset of its first byte */
    bool filling, failed, ended;
};

static void fill(void *item)
{
    struct stream *stream = item;
    struct err err;
    stream->piece_at += (int64_t)stream->piece.len;
    stream->piece.len = 0;
    stream->failed =
        *stream->owner->closed || !stream->source.read(stream->owner->svc, stream->source.state,
                                                       stream->piece_at, &stream->piece, &err);
    if (!stream->failed && stream->piece.len == 0) {
        stream->ended = stream->source.size == STREAM_OPEN;
        stream->failed = !stream->ended;
    }
    if (stream->failed && !*stream->owner->closed)
        log_warn("stream_cut", L_INT("offset", stream->piece_at));
    MHD_resume_connection(stream->connection);
}

/* On an HTTP thread: bytes that are there, or a suspended connection. */
static ssize_t next_bytes(void *cls, uint64_t pos, char *out, size_t max)
{
    struct stream *stream = cls;
    if (stream->filling) {
        stream->filling = false;
        atomic_fetch_sub(stream->owner->suspended, 1);
    }
    if (stream->failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (stream->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t used = (size_t)((int64_t)pos - stream->piece_at);
    if (used < stream->piece.len) {
        size_t len = stream->piece.len - used < max ? stream->piece.len - used : max;
        memcpy(out, stream->piece.data + used, len);
        return (ssize_t)len;
    }
    /* Counted before closed is read, as in server.c. The lane has a place for every stream. */
    atomic_fetch_add(stream->owner->suspended, 1);
    if (*stream->owner->closed || !lane_reserve(stream->owner->lane)) {
        atomic_fetch_sub(stream->owner->suspended, 1);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    stream->filling = true;
    MHD_suspend_connection(stream->connection);
    lane_push(stream->owner->lane, stream);
    return 0;
}

static void stream_free(void *cls)
{
    struct stream *stream = cls;
    if (stream->filling) /* the client went away meanwhile */
        atomic_fetch_sub(stream->owner->suspended, 1);
    if (stream->source.fini != NULL)
        stream->source.fini(stream->source.state);
    buf_fini(&stream->piece);
    free(stream);
}

struct streams *streams_new(struct svc *svc, atomic_int *suspended, const atomic_bool *closed)
{
    struct streams *streams = xcalloc(1, sizeof *streams);
    streams->svc = svc;
    streams->suspended = suspended;
    streams->closed = closed;
    streams->lane = lane_new(&(struct lane_conf){.threads = 1, .queue = STREAMS_MAX, .run = fill});
    return streams;
}

void streams_free(struct streams *streams)
{
    if (streams == NULL)
        return;
    lane_free(streams->lane);
    free(streams);
}

bool streams_enter(struct streams *streams)
{
    if (atomic_fetch_add(&streams->taken, 1) < STREAMS_MAX)
        return true;
    atomic_fetch_sub(&streams->taken, 1);
    return false;
}

void streams_leave(struct streams *streams)
{
    atomic_fetch_sub(&streams->taken, 1);
}

struct MHD_Response *streams_response(struct streams *streams, struct MHD_Connection *connection,
                                      struct resp_stream *source)
{
    struct stream *stream = xcalloc(1, sizeof *stream);
    stream->owner = streams;
    stream->connection = connection;
    stream->source = *source;
    *source = (struct resp_stream){0};
    uint64_t size =
        stream->source.size == STREAM_OPEN ? MHD_SIZE_UNKNOWN : (uint64_t)stream->source.size;
    return MHD_create_response_from_callback(size, BLOCK, next_bytes, stream, stream_free);
}
