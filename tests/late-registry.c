/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "late-registry.h"

struct _LateRegistry
{
  GObject parent_instance;

  HcRegistryFunc callback;
  gpointer user_data;
};

static void late_registry_registry_init (HcRegistryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LateRegistry, late_registry, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HC_TYPE_REGISTRY,
                                                      late_registry_registry_init))

static void
late_registry_keep (HcRegistry              *registry,
                    const HcRegistryRequest *request,
                    HcRegistryFunc           callback,
                    gpointer                 user_data)
{
  LateRegistry *self = LATE_REGISTRY (registry);

  g_assert_null (self->callback);
  self->callback = callback;
  self->user_data = user_data;
}

/* What every registry owes: an answer, at the latest now. */
static void
late_registry_dispose (GObject *object)
{
  LateRegistry *self = LATE_REGISTRY (object);

  if (self->callback != NULL)
    late_registry_answer (self, HC_REGISTRY_UNAVAILABLE);

  G_OBJECT_CLASS (late_registry_parent_class)->dispose (object);
}

static void
late_registry_class_init (LateRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = late_registry_dispose;
}

static void
late_registry_init (LateRegistry *self)
{
}

static void
late_registry_registry_init (HcRegistryInterface *iface)
{
  iface->register_client = late_registry_keep;
  iface->bridge = late_registry_keep;
  iface->withdraw = late_registry_keep;
  iface->chat = late_registry_keep;
  iface->quit = late_registry_keep;
}

LateRegistry *
late_registry_new (void)
{
  return g_object_new (LATE_TYPE_REGISTRY, NULL);
}

gboolean
late_registry_is_asked (LateRegistry *self)
{
  return self->callback != NULL;
}

void
late_registry_answer (LateRegistry     *self,
                      HcRegistryStatus  status)
{
  HcRegistryFunc callback = g_steal_pointer (&self->callback);
  HcRegistryResult result = { .status = status };

  g_assert_nonnull (callback);
  callback (&result, self->user_data);
}
