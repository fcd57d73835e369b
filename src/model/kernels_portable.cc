#define GW_LANES 4
#define GW_ROWS 4
#include "model/kernels.h"
#include "model/kernels_generic.inc"

groundwork::model::Kernels groundwork::model::portable_kernels() {
  return {&linear, &linear, &gelu, &add_norm, &attention};
}
