#include "core/descriptor.h"

#include "core/object_pool.h"

namespace sequitur {

void* Descriptor::operator new(std::size_t) { return ObjectPool<Descriptor>::allocate(); }
void Descriptor::operator delete(void* memory) { ObjectPool<Descriptor>::release(memory); }

}  // namespace sequitur
