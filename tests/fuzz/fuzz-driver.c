/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a fuzz target as an ordinary test: over each file of its corpus, and
 * over mutations of them, which are the same every time. */

#include "fuzz.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define N_MUTATIONS 20000
#define INPUT_MAX_LENGTH 5000

typedef struct
{
  char *name;
  char *data;
  gsize size;
} Sample;

/* What a failure shows. */
static const guint8 *current_data;
static gsize current_size;

static const struct { const char *bytes; gsize length; } tokens[] = {
#define TOKEN(text) { text, sizeof text - 1 }
  TOKEN ("\r\n"), TOKEN ("\r\n\r\n"), TOKEN ("\r"), TOKEN ("\n"), TOKEN (": "), TOKEN (":"), TOKEN (" "),
  TOKEN ("\0"), TOKEN ("\t"), TOKEN ("\xff"), TOKEN ("\xc3"), TOKEN ("\xe2\x80"), TOKEN ("\xc2\x85"),
  TOKEN ("\xf0\x9f\x99\x82"), TOKEN ("\xed\xa0\x80"),
  TOKEN ("PROBE"), TOKEN ("REGISTER"), TOKEN ("BRIDGE"), TOKEN ("BRIDGEACK"), TOKEN ("CHAT"),
  TOKEN ("QUIT"), TOKEN ("ACK"), TOKEN ("ERROR"),
  TOKEN ("clientID: "), TOKEN ("clientID1: "), TOKEN ("clientID2: "), TOKEN ("IP: "), TOKEN ("Port: "),
  TOKEN ("Reason: "), TOKEN ("Version: 2"), TOKEN ("::1"), TOKEN ("127.0.0.1"), TOKEN ("65536"), TOKEN ("0"),
#undef TOKEN
};

/* Only what a signal handler may do. */
static void
show_input (int number)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < current_size; i++)
    {
      const char text[4] = { '\\', 'x', digits[current_data[i] >> 4], digits[current_data[i] & 15] };

      if (write (STDERR_FILENO, text, sizeof text) < 0)
        break;
    }
  signal (number, SIG_DFL);
  raise (number);
}

static void
run_target (const char *data,
            gsize       size)
{
  current_data = (const guint8 *) data;
  current_size = size;
  LLVMFuzzerTestOneInput (current_data, size);
  current_size = 0;
}

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;

  run_target (sample->data, sample->size);
}

/* One change of one kind. */
static void
mutate (GString   *input,
        GRand     *random,
        GPtrArray *samples)
{
  const Sample *other = g_ptr_array_index (samples, g_rand_int_range (random, 0, samples->len));
  guint token = g_rand_int_range (random, 0, G_N_ELEMENTS (tokens));
  gsize at = g_rand_int_range (random, 0, input->len + 1);
  gsize length = g_rand_int_range (random, 1, 40);

  length = MIN (length, input->len - at);
  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      if (at < input->len)
        input->str[at] ^= 1 << g_rand_int_range (random, 0, 8);
      break;
    case 1:
      g_string_insert_len (input, at, tokens[token].bytes, tokens[token].length);
      break;
    case 2:
      g_string_overwrite_len (input, at, tokens[token].bytes, tokens[token].length);
      break;
    case 3:
      g_string_erase (input, at, length);
      break;
    case 4:
      {
        g_autofree char *part = g_memdup2 (input->str + at, length);

        g_string_insert_len (input, g_rand_int_range (random, 0, input->len + 1), part, length);
      }
      break;
    case 5:
      g_string_truncate (input, at);
      break;
    case 6:
      g_string_append_len (input, other->data, other->size);
      break;
    default:
      {
        /* Around the length that a packet may have. */
        gsize wanted = g_rand_int_range (random, 1015, 1035);
        g_autofree char *filling = g_strnfill (wanted, 'x');

        if (input->len < wanted)
          g_string_insert_len (input, at, filling, wanted - input->len);
      }
      break;
    }
}

static void
test_mutations (gconstpointer data)
{
  GPtrArray *samples = (GPtrArray *) data;
  g_autoptr (GRand) random = g_rand_new_with_seed (20240229);

  for (guint i = 0; i < N_MUTATIONS; i++)
    {
      const Sample *sample = g_ptr_array_index (samples, g_rand_int_range (random, 0, samples->len));
      GString *input = g_string_new_len (sample->data, sample->size);

      for (int n = g_rand_int_range (random, 1, 6); n > 0; n--)
        mutate (input, random, samples);
      run_target (input->str, MIN (input->len, INPUT_MAX_LENGTH));
      g_string_free (input, TRUE);
    }
}

static void
sample_free (gpointer data)
{
  Sample *self = data;

  g_free (self->name);
  g_free (self->data);
  g_free (self);
}

static int
compare_samples (gconstpointer a,
                 gconstpointer b)
{
  return strcmp ((*(Sample *const *) a)->name, (*(Sample *const *) b)->name);
}

/* In the order of their names: a folder's own order is another on each machine. */
static GPtrArray *
read_corpus (const char *folder)
{
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func (sample_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      Sample *sample = g_new0 (Sample, 1);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      sample->name = g_strdup (name);
      g_file_get_contents (path, &sample->data, &sample->size, &error);
      g_assert_no_error (error);
      g_ptr_array_add (samples, sample);
    }
  g_ptr_array_sort (samples, compare_samples);

  return g_steal_pointer (&samples);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) samples = NULL;
  g_autofree char *corpus = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *mutations = NULL;

  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("Call it with the name of its target, as tests/fuzz/meson.build does");
  signal (SIGABRT, show_input);
  signal (SIGTRAP, show_input);

  corpus = g_strconcat ("corpus-", argv[1], NULL);
  folder = g_test_build_filename (G_TEST_DIST, "fuzz", corpus, NULL);
  samples = read_corpus (folder);
  g_assert_cmpuint (samples->len, >, 0);

  for (guint i = 0; i < samples->len; i++)
    {
      const Sample *sample = g_ptr_array_index (samples, i);
      g_autofree char *path = g_strdup_printf ("/fuzz/%s/corpus/%s", argv[1], sample->name);

      g_test_add_data_func (path, sample, test_sample);
    }
  mutations = g_strdup_printf ("/fuzz/%s/mutations", argv[1]);
  g_test_add_data_func (mutations, samples, test_mutations);

  return g_test_run ();
}
