/* http_load - load on one HTTP address, and what came of it as one line of JSON.
 *
 *   http_load [-c connections] [-d seconds] [-w warm-up seconds] [-r requests a second] [-n
 * requests]
 *             [-m method] [-H header]... [-b body] [-f file of lines] [-s first number] ADDRESS
 * PORT PATH
 *
 * PATH and body may hold {n}, a number never given before, and {line}, a line of the file
 * (template.h). Without -r each connection sends again when it is answered (load.h). */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <jansson.h>

#include "base/mem.h"
#include "load.h"

struct options {
    struct load_conf load;
    const char *method;
    struct buf headers;
};

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "http_load: %s: %s\n", what, why);
    exit(2);
}

static void read_lines(const char *path, struct filling *filling)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    if (file == NULL)
        fail(path, "cannot be read");
    for (ssize_t len; (len = getline(&line, &room, file)) >= 0;) {
        if (len > 0 && line[len - 1] == '\n')
            line[len - 1] = '\0';
        filling->lines = xrealloc(filling->lines, (filling->line_count + 1) * sizeof(const char *));
        filling->lines[filling->line_count++] = xstrdup(line);
    }
    free(line);
    fclose(file);
    if (filling->line_count == 0)
        fail(path, "is empty");
}

static void read_option(int letter, struct options *options)
{
    struct load_conf *load = &options->load;
    switch (letter) {
    case 'c':
        load->connections = atoi(optarg);
        break;
    case 'd':
        load->seconds = atof(optarg);
        break;
    case 'w':
        load->warmup_s = atof(optarg);
        break;
    case 'r':
        load->rate = atof(optarg);
        break;
    case 'n':
        load->most = strtoull(optarg, NULL, 10);
        break;
    case 'm':
        options->method = optarg;
        break;
    case 'H':
        buf_addf(&options->headers, "%s\r\n", optarg);
        break;
    case 'b':
        load->body = optarg;
        break;
    case 'f':
        read_lines(optarg, &load->filling);
        break;
    case 's':
        load->filling.next = strtoull(optarg, NULL, 10);
        break;
    default:
        fail("options", "see the head of tests/bench/http_load.c");
    }
}

static json_t *statuses(const struct load_result *result)
{
    json_t *json = json_object();
    char name[16];
    for (int i = 0; i < LOAD_STATUS_MAX; i++) {
        if (result->statuses[i] == 0)
            continue;
        snprintf(name, sizeof name, "%d", i);
        json_object_set_new(json, name, json_integer((json_int_t)result->statuses[i]));
    }
    return json;
}

static json_t *latencies(const struct histogram *histogram)
{
    return json_pack("{s:f, s:f, s:f, s:f, s:f}", "p50", histogram_ms(histogram, 0.5), "p90",
                     histogram_ms(histogram, 0.9), "p99", histogram_ms(histogram, 0.99), "p999",
                     histogram_ms(histogram, 0.999), "max", (double)histogram->max_us / 1000);
}

static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void print_result(const struct load_result *result)
{
    double seconds = result->seconds > 0 ? result->seconds : 1;
    json_t *json = json_pack(
        "{s:f, s:f, s:f, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "seconds",
        result->seconds, "ok_per_second", (double)result->ok.total / seconds, "answers_per_second",
        (double)result->all.total / seconds, "status", statuses(result), "ok_ms",
        latencies(&result->ok), "all_ms", latencies(&result->all), "shed", (json_int_t)result->shed,
        "sent", (json_int_t)result->sent, "accepted", (json_int_t)result->accepted, "lost",
        (json_int_t)result->lost, "unanswered", (json_int_t)result->unanswered, "unsent",
        (json_int_t)result->unsent, "cpu_s", cpu_s());
    json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(json);
}

int main(int argc, char **argv)
{
    struct options options = {.method = "GET", .load = {.connections = 64, .seconds = 5}};
    struct load_conf *load = &options.load;
    static struct load_result result; /* histograms are too large for a stack */
    for (int letter; (letter = getopt(argc, argv, "c:d:w:r:n:m:H:b:f:s:")) != -1;)
        read_option(letter, &options);
    if (argc - optind != 3)
        fail("arguments", "ADDRESS PORT PATH are wanted");
    load->to.sin_family = AF_INET;
    load->to.sin_port = htons((uint16_t)atoi(argv[optind + 1]));
    if (inet_pton(AF_INET, argv[optind], &load->to.sin_addr) != 1 || load->connections < 1)
        fail(argv[optind], "is no address, or there are no connections");
    scoped(str_drop) char *head = xasprintf(
        "%s %s HTTP/1.1\r\nHost: %s:%s\r\n%s%s", options.method, argv[optind + 2], argv[optind],
        argv[optind + 1], load->body != NULL ? "Content-Type: application/json\r\n" : "",
        options.headers.data != NULL ? options.headers.data : "");
    load->head = head;
    if (!load_run(load, &result))
        return 1;
    print_result(&result);
    return 0;
}
