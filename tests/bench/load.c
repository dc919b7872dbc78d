#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "connection.h"

enum { EVENTS = 512, PATIENCE_S = 15, LENGTH_ROOM = 64, REOPEN_PAUSE_US = 1000 };

struct load {
    const struct load_conf *conf;
    struct load_result *result;
    struct template *head, *body;
    struct filling filling;
    struct connection *connections;
    struct connection **idle; /* stack */
    size_t idle_count;
    char *body_text;
    int epoll;
    int64_t begin_us, measure_us, end_us;
    uint64_t started, waiting;
};

static bool open_one(struct load *load, struct connection *connection)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
    if (!connection_open(connection, (const struct sockaddr *)&load->conf->to,
                         sizeof load->conf->to) ||
        epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
        return false;
    load->idle[load->idle_count++] = connection;
    return true;
}

static bool open_all(struct load *load)
{
    size_t count = (size_t)load->conf->connections;
    size_t room = template_room(load->head, &load->filling) + LENGTH_ROOM;
    if (load->body != NULL) {
        load->body_text = xmalloc(template_room(load->body, &load->filling));
        room += template_room(load->body, &load->filling);
    }
    load->connections = xcalloc(count, sizeof *load->connections);
    load->idle = xcalloc(count, sizeof(struct connection *));
    for (size_t i = 0; i < count; i++) {
        load->connections[i].fd = -1;
        load->connections[i].out = xmalloc(room);
    }
    for (size_t i = 0; i < count; i++)
        if (!open_one(load, &load->connections[i])) {
            fprintf(stderr, "http_load: connection %zu: %s\n", i + 1, strerror(errno));
            return false;
        }
    return true;
}

static void close_all(struct load *load)
{
    for (size_t i = 0; load->connections != NULL && i < (size_t)load->conf->connections; i++) {
        connection_close(&load->connections[i]);
        free(load->connections[i].out);
    }
    free(load->connections);
    free(load->idle);
    free(load->body_text);
    template_free(load->head);
    template_free(load->body);
    close(load->epoll);
}

static void render(struct load *load, struct connection *connection)
{
    char *out = connection->out;
    size_t body_len =
        load->body != NULL ? template_render(load->body, &load->filling, load->body_text) : 0;
    size_t len = template_render(load->head, &load->filling, out);
    if (load->body != NULL)
        len += (size_t)sprintf(out + len, "Content-Length: %zu\r\n", body_len);
    memcpy(out + len, "\r\n", 2);
    len += 2;
    if (load->body != NULL)
        memcpy(out + len, load->body_text, body_len);
    connection->out_len = len + body_len;
}

/* Opens it again, with a pause while the server refuses. */
static void reopen(struct load *load, struct connection *connection)
{
    connection_close(connection);
    while (!open_one(load, connection) && time_mono_us() < load->end_us)
        usleep(REOPEN_PAUSE_US);
}

static void lose(struct load *load, struct connection *connection)
{
    if (connection->busy) {
        load->result->lost++;
        load->waiting--;
        reopen(load, connection);
        return;
    }
    for (size_t i = 0; i < load->idle_count; i++) /* rare: a server that closes idle connections */
        if (load->idle[i] == connection) {
            load->idle[i] = load->idle[--load->idle_count];
            break;
        }
    reopen(load, connection);
}

static void begin_request(struct load *load, int64_t intended_us)
{
    struct connection *connection = load->idle[--load->idle_count];
    render(load, connection);
    load->started++;
    load->waiting++;
    if (connection_send(connection, intended_us) == CONNECTION_LOST)
        lose(load, connection);
}

static void note_answer(struct load *load, const struct connection *connection)
{
    struct load_result *result = load->result;
    int64_t now_us = time_mono_us(), took_us = now_us - connection->intended_us;
    int status = connection->answer.status;
    bool ok = status >= 200 && status < 300;
    load->waiting--;
    result->accepted += ok;
    /* By when the answer came: past saturation what is due lags further and further behind. */
    if (now_us < load->measure_us || now_us > load->end_us)
        return;
    if (status > 0 && status < LOAD_STATUS_MAX)
        result->statuses[status]++;
    result->shed += (status == 429 || status == 503) && connection->answer.retry_after;
    histogram_add(&result->all, took_us);
    if (ok)
        histogram_add(&result->ok, took_us);
}

static bool may_start(const struct load *load, int64_t now_us)
{
    return now_us < load->end_us && (load->conf->most == 0 || load->started < load->conf->most);
}

/* When the request after the `started` ones is due. */
static int64_t due_us(const struct load *load)
{
    return load->begin_us + (int64_t)((double)load->started * 1e6 / load->conf->rate);
}

static void start_due(struct load *load)
{
    int64_t now_us = time_mono_us();
    while (load->idle_count > 0 && may_start(load, now_us)) {
        int64_t intended_us = load->conf->rate > 0 ? due_us(load) : now_us;
        if (intended_us > now_us)
            return;
        begin_request(load, intended_us);
        now_us = time_mono_us();
    }
}

static void handle(struct load *load, struct connection *connection)
{
    switch (connection_step(connection)) {
    case CONNECTION_MORE:
        break;
    case CONNECTION_LOST:
        lose(load, connection);
        break;
    case CONNECTION_ANSWER:
        note_answer(load, connection);
        if (connection->closing)
            reopen(load, connection);
        else
            load->idle[load->idle_count++] = connection;
        break;
    }
}

/* Until the next request is due, at most 100 ms. */
static struct timespec wait_time(const struct load *load)
{
    int64_t wait_us = 100000;
    if (load->conf->rate > 0 && load->idle_count > 0) {
        int64_t left_us = due_us(load) - time_mono_us();
        wait_us = left_us < 0 ? 0 : left_us < wait_us ? left_us : wait_us;
    }
    return (struct timespec){.tv_nsec = wait_us * 1000};
}

static void loop(struct load *load)
{
    struct epoll_event events[EVENTS];
    int64_t last_us = load->end_us + PATIENCE_S * US_PER_S;
    for (;;) {
        start_due(load);
        int64_t now_us = time_mono_us();
        if ((!may_start(load, now_us) && load->waiting == 0) || now_us > last_us)
            return;
        struct timespec wait = wait_time(load);
        int count = epoll_pwait2(load->epoll, events, EVENTS, &wait, NULL);
        for (int i = 0; i < count; i++)
            handle(load, events[i].data.ptr);
    }
}

bool load_run(const struct load_conf *conf, struct load_result *result)
{
    struct load load = {.conf = conf,
                        .result = result,
                        .filling = conf->filling,
                        .epoll = epoll_create1(EPOLL_CLOEXEC)};
    *result = (struct load_result){0};
    load.head = template_new(conf->head);
    load.body = conf->body != NULL ? template_new(conf->body) : NULL;
    bool ok = open_all(&load);
    if (ok) {
        load.begin_us = time_mono_us();
        load.measure_us = load.begin_us + (int64_t)(conf->warmup_s * 1e6);
        load.end_us = load.measure_us + (int64_t)(conf->seconds * 1e6);
        loop(&load);
        int64_t now_us = time_mono_us();
        result->seconds =
            (double)((now_us < load.end_us ? now_us : load.end_us) - load.measure_us) / 1e6;
        result->sent = load.started;
        result->unanswered = load.waiting;
        uint64_t due = (uint64_t)(conf->rate * (conf->seconds + conf->warmup_s));
        if (conf->most > 0 && due > conf->most)
            due = conf->most;
        result->unsent = due > load.started ? due - load.started : 0;
    }
    close_all(&load);
    return ok;
}
