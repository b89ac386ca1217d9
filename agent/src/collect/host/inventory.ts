import type { InventoryReading } from '@millwright/shared/readings';

/** What a host says of itself. */
export type Inventory = Omit<InventoryReading, 'kind' | 'at' | 'memoryTotalBytes'>;
