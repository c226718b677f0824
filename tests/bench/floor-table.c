/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The least that gives the same replies to well-meant requests: no checks, no
 * lifetimes, no leases, no owners. */

#include "floor-table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define N_BUCKETS (1u << 17)
#define MAX_TEXT 64

#define STARTS_WITH(data, length, text) \
  ((length) >= sizeof (text) - 1 && memcmp (data, text, sizeof (text) - 1) == 0)

typedef struct
{
  const char *data;
  size_t length;
} Slice;

typedef struct Client Client;

struct Client
{
  Client *next_in_bucket;
  Client *previous_ready;
  Client *next_ready;
  int is_ready;
  unsigned id_length;
  unsigned endpoint_length;

  /* The ID, and the lines that follow it in a REGISTER. */
  char id[MAX_TEXT];
  char endpoint[MAX_TEXT];
};

static Client *buckets[N_BUCKETS];
static Client ready = { .previous_ready = &ready, .next_ready = &ready };

static Client **
find (Slice id)
{
  uint32_t hash = 2166136261u;
  Client **place;

  for (size_t i = 0; i < id.length; i++)
    hash = (hash ^ (unsigned char) id.data[i]) * 16777619u;
  place = &buckets[hash % N_BUCKETS];
  while (*place != NULL &&
         ((*place)->id_length != id.length || memcmp ((*place)->id, id.data, id.length) != 0))
    place = &(*place)->next_in_bucket;
  return place;
}

static void
end_ready (Client *client)
{
  if (!client->is_ready)
    return;
  client->previous_ready->next_ready = client->next_ready;
  client->next_ready->previous_ready = client->previous_ready;
  client->is_ready = 0;
}

static void
begin_ready (Client *client)
{
  if (client->is_ready)
    return;
  client->previous_ready = ready.previous_ready;
  client->next_ready = &ready;
  ready.previous_ready->next_ready = client;
  ready.previous_ready = client;
  client->is_ready = 1;
}

static void
remove_client (Slice id)
{
  Client **place = find (id);
  Client *client = *place;

  if (client == NULL)
    return;
  end_ready (client);
  *place = client->next_in_bucket;
  free (client);
}

/* The value of the first header in @rest, which then is what follows it. */
static Slice
take_value (Slice *rest)
{
  const char *end = rest->data + rest->length;
  const char *start = memchr (rest->data, ' ', rest->length);
  const char *line_end;
  Slice value;

  start = start != NULL ? start + 1 : end;
  line_end = memchr (start, '\r', end - start);
  if (line_end == NULL)
    line_end = end;
  value = (Slice) { start, line_end - start };
  *rest = (Slice) { line_end, end - line_end };
  return value;
}

static size_t
put (char       *to,
     const char *from,
     size_t      length)
{
  memcpy (to, from, length);
  return length;
}

#define PUT(to, text) put (to, text, sizeof (text) - 1)

static size_t
answer_register (Slice  rest,
                 char  *reply)
{
  Slice all = rest;
  Slice id = take_value (&rest);
  Client **place = find (id);
  size_t n;

  if (*place != NULL || id.length > MAX_TEXT || rest.length > MAX_TEXT)
    return PUT (reply, "REGNACK\r\n\r\n");

  *place = calloc (1, sizeof **place);
  (*place)->id_length = put ((*place)->id, id.data, id.length);
  (*place)->endpoint_length = put ((*place)->endpoint, rest.data, rest.length);
  n = PUT (reply, "REGACK");
  return n + put (reply + n, all.data, all.length);
}

static size_t
answer_bridge (Slice  rest,
               char  *reply)
{
  Client *caller = *find (take_value (&rest));
  Client *peer = ready.next_ready;
  size_t n;

  if (peer == caller)
    peer = peer->next_ready;
  if (caller == NULL || peer == &ready)
    {
      if (caller != NULL)
        begin_ready (caller);
      return PUT (reply, "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n");
    }

  end_ready (peer);
  end_ready (caller);
  n = PUT (reply, "BRIDGEACK\r\nclientID: ");
  n += put (reply + n, peer->id, peer->id_length);
  return n + put (reply + n, peer->endpoint, peer->endpoint_length);
}

static size_t
answer_quit (Slice  rest,
             int    is_udp,
             char  *reply)
{
  Slice all = rest;
  size_t n;

  remove_client (take_value (&rest));
  if (!is_udp)
    return 0;
  n = PUT (reply, "QUITACK");
  return n + put (reply + n, all.data, all.length);
}

/* Does what a request asks for. Returns how long the reply is: 0 for none. */
size_t
floor_answer (const char *request,
              size_t      length,
              int         is_udp,
              char       *reply)
{
  const char *line_end = memchr (request, '\r', length);
  Slice rest = { line_end, line_end != NULL ? request + length - line_end : 0 };

  if (STARTS_WITH (request, length, "PROBE\r"))
    return PUT (reply, "PROBEACK\r\n\r\n");
  if (STARTS_WITH (request, length, "REGISTER\r"))
    return answer_register (rest, reply);
  if (STARTS_WITH (request, length, "BRIDGE\r"))
    return answer_bridge (rest, reply);
  if (STARTS_WITH (request, length, "QUIT\r"))
    return answer_quit (rest, is_udp, reply);
  if (STARTS_WITH (request, length, "CHAT\r"))
    {
      remove_client (take_value (&rest));
      remove_client (take_value (&rest));
    }
  return 0;
}
