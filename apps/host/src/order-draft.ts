import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsInt, IsNotEmpty, IsString, Min, ValidateNested } from 'class-validator';

/** A line of an order. */
export class OrderItem {
  @IsString()
  @IsNotEmpty()
  readonly sku!: string;

  @IsInt()
  @Min(1)
  readonly quantity!: number;
}

/** The body of a new order. */
export class OrderDraft {
  @IsString()
  @IsNotEmpty()
  readonly customer_id!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => OrderItem)
  readonly items!: OrderItem[];
}
