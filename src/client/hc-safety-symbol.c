/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-safety-symbol.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const char *emoji;
  const char *name;
} Symbol;

/* Part of the protocol: neither the number nor the order may ever change. Each
 * is a thing that everybody knows, looks like none of the others at a small
 * size, and is in colour without a variation selector. */
static const Symbol symbols[] = {
  /* Translators: this and the 63 others are what two people read to each other to find
   * out whether somebody is between them: short words of everyday language, all
   * different from each other, which name the emoji of the English word. */
  { "🐶", NC_ ("safety code", "Dog") },
  { "🐱", NC_ ("safety code", "Cat") },
  { "🐴", NC_ ("safety code", "Horse") },
  { "🐮", NC_ ("safety code", "Cow") },
  { "🐷", NC_ ("safety code", "Pig") },
  { "🐰", NC_ ("safety code", "Rabbit") },
  { "🐘", NC_ ("safety code", "Elephant") },
  { "🐫", NC_ ("safety code", "Camel") },
  { "🐢", NC_ ("safety code", "Turtle") },
  { "🐍", NC_ ("safety code", "Snake") },
  { "🐸", NC_ ("safety code", "Frog") },
  { "🐟", NC_ ("safety code", "Fish") },
  { "🐙", NC_ ("safety code", "Octopus") },
  { "🐌", NC_ ("safety code", "Snail") },
  { "🐝", NC_ ("safety code", "Bee") },
  { "🦋", NC_ ("safety code", "Butterfly") },
  { "🐧", NC_ ("safety code", "Penguin") },
  { "🦉", NC_ ("safety code", "Owl") },
  { "🦆", NC_ ("safety code", "Duck") },
  { "🐓", NC_ ("safety code", "Rooster") },
  { "🌲", NC_ ("safety code", "Tree") },
  { "🌵", NC_ ("safety code", "Cactus") },
  { "🌻", NC_ ("safety code", "Sunflower") },
  { "🌹", NC_ ("safety code", "Rose") },
  { "🍀", NC_ ("safety code", "Clover") },
  { "🍄", NC_ ("safety code", "Mushroom") },
  { "🍎", NC_ ("safety code", "Apple") },
  { "🍌", NC_ ("safety code", "Banana") },
  { "🍇", NC_ ("safety code", "Grapes") },
  { "🍓", NC_ ("safety code", "Strawberry") },
  { "🍋", NC_ ("safety code", "Lemon") },
  { "🍉", NC_ ("safety code", "Melon") },
  { "🥕", NC_ ("safety code", "Carrot") },
  { "🌽", NC_ ("safety code", "Corn") },
  { "🍞", NC_ ("safety code", "Bread") },
  { "🧀", NC_ ("safety code", "Cheese") },
  { "🍕", NC_ ("safety code", "Pizza") },
  { "🥚", NC_ ("safety code", "Egg") },
  { "🎂", NC_ ("safety code", "Cake") },
  { "🌍", NC_ ("safety code", "Earth") },
  { "🌙", NC_ ("safety code", "Moon") },
  { "⭐", NC_ ("safety code", "Star") },
  { "🔥", NC_ ("safety code", "Fire") },
  { "🌈", NC_ ("safety code", "Rainbow") },
  { "⛄", NC_ ("safety code", "Snowman") },
  { "🏠", NC_ ("safety code", "House") },
  { "⛵", NC_ ("safety code", "Boat") },
  { "🚂", NC_ ("safety code", "Train") },
  { "🚗", NC_ ("safety code", "Car") },
  { "🚲", NC_ ("safety code", "Bicycle") },
  { "🚀", NC_ ("safety code", "Rocket") },
  { "⚓", NC_ ("safety code", "Anchor") },
  { "🎈", NC_ ("safety code", "Balloon") },
  { "🎁", NC_ ("safety code", "Gift") },
  { "👑", NC_ ("safety code", "Crown") },
  { "🎩", NC_ ("safety code", "Hat") },
  { "👓", NC_ ("safety code", "Glasses") },
  { "☔", NC_ ("safety code", "Umbrella") },
  { "🔨", NC_ ("safety code", "Hammer") },
  { "🔔", NC_ ("safety code", "Bell") },
  { "💡", NC_ ("safety code", "Lamp") },
  { "📖", NC_ ("safety code", "Book") },
  { "⏰", NC_ ("safety code", "Clock") },
  { "🎸", NC_ ("safety code", "Guitar") },
};

G_STATIC_ASSERT (G_N_ELEMENTS (symbols) == HC_N_SAFETY_SYMBOLS);

/**
 * hc_safety_symbol_get_emoji:
 * @symbol: less than %HC_N_SAFETY_SYMBOLS
 *
 * Gets the picture of a symbol.
 *
 * Returns: (transfer none): one character
 */
const char *
hc_safety_symbol_get_emoji (guint symbol)
{
  g_return_val_if_fail (symbol < HC_N_SAFETY_SYMBOLS, NULL);

  return symbols[symbol].emoji;
}

/**
 * hc_safety_symbol_get_name:
 * @symbol: less than %HC_N_SAFETY_SYMBOLS
 *
 * Gets what a symbol is called.
 *
 * Returns: (transfer none): a translated noun
 */
const char *
hc_safety_symbol_get_name (guint symbol)
{
  g_return_val_if_fail (symbol < HC_N_SAFETY_SYMBOLS, NULL);

  return g_dpgettext2 (GETTEXT_PACKAGE, "safety code", symbols[symbol].name);
}
