import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsNotEmpty, IsObject, IsString, ValidateNested } from 'class-validator';
import { OrderItem } from './order-draft';

/** How a checkout is paid. */
export class Payment {
  @IsString()
  @IsNotEmpty()
  readonly token!: string;
}

/** What a client sends to check out. */
export class Checkout {
  @IsString()
  @IsNotEmpty()
  readonly customer_id!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => OrderItem)
  readonly items!: OrderItem[];

  @IsObject()
  @ValidateNested()
  @Type(() => Payment)
  readonly payment!: Payment;
}
