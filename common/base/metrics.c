#include "base/metrics.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Upper bounds in seconds of the histogram's buckets. */
static const double bounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                0.1,    0.25,  0.5,    1,     2.5,  5,     10};
enum { BUCKETS = sizeof bounds / sizeof *bounds, COLLECTORS_MAX = 16, SLOTS = 2048 };

enum kind { COUNTER, GAUGE, HISTOGRAM };
static const char *const kind_names[] = {"counter", "gauge", "histogram"};

struct series {
    const char *name;
    enum kind kind;
    const char *name1, *name2;
    char *value1, *value2; /* owned; NULL without the label */
    double value;
    uint64_t count, buckets[BUCKETS];
};

/* What each metric means; /metrics prints it as HELP. A metric that is not listed has no HELP. */
static const struct {
    const char *name, *help;
} metrics_help[] = {
    {"http_requests_total", "Requests answered, by route and status."},
    {"http_request_seconds", "Time from the complete request to its answer."},
    {"http_queue_depth", "Requests waiting for a worker, by lane."},
    {"consumer_records_total", "Kafka records by topic and what became of them."},
    {"consumer_stalls_total", "Partitions that stood still while their log went on."},
    {"consumer_gaps_total", "Events missing in a user's sequence."},
    {"consumer_lag", "Records not yet applied, by topic."},
    {"consumer_apply_seconds", "Time of one transaction applying a batch."},
    {"dead_letters_total", "Records sent to a dead-letter topic."},
    {"outbox_depth", "Events waiting to be sent."},
    {"outbox_oldest_age_seconds", "Age of the oldest event waiting to be sent."},
    {"outbox_sent_total", "Events acknowledged by the broker."},
    {"mails_total", "Mails by what became of an attempt to send them."},
    {"outbox_refused_total", "Events the broker will never take."},
    {"pg_connections", "Database connections by state."},
    {"pg_wait_timeouts_total", "Requests that found no free connection in time."},
    {"pg_reconnects_total", "Database connections opened again."},
    {"export_rows_total", "Rows told to exports of people's data."},
    {"messages_read_total", "Bank texts read, by outcome."},
    {"metrics_dropped_total", "Samples dropped because there were too many series."},
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static struct series *slots[SLOTS];
static size_t series_count;
static uint64_t dropped;
static struct {
    void (*collect)(void *arg);
    void *arg;
} collectors[COLLECTORS_MAX];
static size_t collector_count;

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* FNV-1a. */
static uint32_t hash_text(uint32_t hash, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash * 31;
}

/* The series, made at first use; NULL when there are too many. */
static struct series *find(const char *name, enum kind kind, const struct metric_labels *labels)
{
    uint32_t at =
        hash_text(hash_text(hash_text(2166136261u, name), labels->value1), labels->value2) % SLOTS;
    for (; slots[at] != NULL; at = (at + 1) % SLOTS) {
        struct series *row = slots[at];
        if (same(row->name, name) && same(row->value1, labels->value1) &&
            same(row->value2, labels->value2))
            return row;
    }
    if (series_count >= METRICS_SERIES_MAX) {
        dropped++;
        return NULL;
    }
    struct series *row = xcalloc(1, sizeof *row);
    *row = (struct series){.name = name,
                           .kind = kind,
                           .name1 = labels->name1,
                           .name2 = labels->name2,
                           .value1 = labels->value1 ? xstrdup(labels->value1) : NULL,
                           .value2 = labels->value2 ? xstrdup(labels->value2) : NULL};
    slots[at] = row;
    series_count++;
    return row;
}

void metric_add(const char *name, struct metric_labels labels, uint64_t count)
{
    pthread_mutex_lock(&lock);
    struct series *row = find(name, COUNTER, &labels);
    if (row != NULL)
        row->value += (double)count;
    pthread_mutex_unlock(&lock);
}

void metric_set(const char *name, struct metric_labels labels, double value)
{
    pthread_mutex_lock(&lock);
    struct series *row = find(name, GAUGE, &labels);
    if (row != NULL)
        row->value = value;
    pthread_mutex_unlock(&lock);
}

void metric_observe(const char *name, struct metric_labels labels, double seconds)
{
    pthread_mutex_lock(&lock);
    struct series *row = find(name, HISTOGRAM, &labels);
    if (row != NULL) {
        size_t bucket = 0;
        while (bucket < BUCKETS && seconds > bounds[bucket])
            bucket++;
        if (bucket < BUCKETS)
            row->buckets[bucket]++;
        row->count++;
        row->value += seconds;
    }
    pthread_mutex_unlock(&lock);
}

static void print_value(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buf_add(out, "\\", 1);
        if (*text == '\n')
            buf_add(out, "\\n", 2);
        else
            buf_add(out, text, 1);
    }
}

/* {name1="value1",name2="value2",le="bound"} */
static void print_labels(struct buf *out, const struct series *row, const char *bound)
{
    const char *names[] = {row->name1, row->name2, bound ? "le" : NULL};
    const char *values[] = {row->value1, row->value2, bound};
    const char *lead = "{";
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (names[i] == NULL || values[i] == NULL)
            continue;
        buf_addf(out, "%s%s=\"", lead, names[i]);
        print_value(out, values[i]);
        buf_add(out, "\"", 1);
        lead = ",";
    }
    buf_add(out, *lead == ',' ? "} " : " ", *lead == ',' ? 2 : 1);
}

static void print_histogram(struct buf *out, const struct series *row)
{
    uint64_t sum = 0;
    for (size_t i = 0; i <= BUCKETS; i++) {
        char bound[24] = "+Inf";
        if (i < BUCKETS) {
            snprintf(bound, sizeof bound, "%g", bounds[i]);
            sum += row->buckets[i];
        }
        buf_addf(out, "%s_bucket", row->name);
        print_labels(out, row, bound);
        buf_addf(out, "%llu\n", (unsigned long long)(i < BUCKETS ? sum : row->count));
    }
    buf_addf(out, "%s_sum", row->name);
    print_labels(out, row, NULL);
    buf_addf(out, "%g\n%s_count", row->value, row->name);
    print_labels(out, row, NULL);
    buf_addf(out, "%llu\n", (unsigned long long)row->count);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(struct series *const *)a)->name, (*(struct series *const *)b)->name);
}

static void print_head(struct buf *out, const struct series *row)
{
    for (size_t i = 0; i < LENGTH(metrics_help); i++)
        if (strcmp(metrics_help[i].name, row->name) == 0)
            buf_addf(out, "# HELP %s %s\n", row->name, metrics_help[i].help);
    buf_addf(out, "# TYPE %s %s\n", row->name, kind_names[row->kind]);
}

void metrics_print(struct buf *out)
{
    for (size_t i = 0; i < collector_count; i++)
        collectors[i].collect(collectors[i].arg);
    pthread_mutex_lock(&lock);
    struct series *rows[METRICS_SERIES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < SLOTS; i++)
        if (slots[i] != NULL)
            rows[count++] = slots[i];
    /* cppcheck-suppress uninitvar ; the first count of them are set */
    qsort(rows, count, sizeof *rows, by_name);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(rows[i - 1]->name, rows[i]->name) != 0)
            print_head(out, rows[i]);
        if (rows[i]->kind == HISTOGRAM) {
            print_histogram(out, rows[i]);
        } else {
            buf_addf(out, "%s", rows[i]->name);
            print_labels(out, rows[i], NULL);
            buf_addf(out, "%.15g\n", rows[i]->value);
        }
    }
    buf_addf(out, "# TYPE metrics_dropped_total counter\nmetrics_dropped_total %llu\n",
             (unsigned long long)dropped);
    pthread_mutex_unlock(&lock);
}

void metrics_on_print(void (*collect)(void *arg), void *arg)
{
    if (collector_count >= COLLECTORS_MAX)
        panic("more than %d metric collectors", COLLECTORS_MAX);
    collectors[collector_count].collect = collect;
    collectors[collector_count++].arg = arg;
}
