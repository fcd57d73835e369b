#define GW_LANES 16
#define GW_ROWS 12
#include "model/kernels.h"
#include "model/kernels_generic.inc"

groundwork::model::Kernels groundwork::model::avx512_kernels() {
  return {&linear, &linear, &gelu, &add_norm, &attention};
}
